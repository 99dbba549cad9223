"""Dtypes y dispositivos.

Todo tensor tiene un dtype y vive en un dispositivo: en la CPU o en un acelerador, como una GPU. La
mayoría de los errores que detienen un primer programa vienen de dos tensores que no coinciden en
una de las dos cosas; peores son los que no detienen nada y dan números equivocados.

Cambia cada `raise NotImplementedError` por tu respuesta. Una función marcada con «Depura» ya trae
código: encuentra sus errores y corrígelos. En una marcada con «Predice», piensa la respuesta y
escríbela; no ejecutes el código.

Los tensores que reciben tus funciones pueden vivir en **cualquier dispositivo**, de la marca que
sea, salvo que el texto diga dónde están. No necesitas un acelerador para averiguar si tu código lo
aguanta:

    pytest exercises/test_dtype_device.py --device=all

ejecuta las pruebas en la CPU y en un acelerador, simulado si tu máquina no tiene ninguno.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Any

import numpy as np
import torch
from torch import nn


def mixed_dtype(case: str) -> torch.dtype:
    """Predice: ¿qué dtype sale cuando se encuentran dos dtypes?

    Están definidos estos tensores:

        whole = torch.tensor([1, 2])                            # int64
        byte = torch.tensor([1, 2], dtype=torch.uint8)
        small = torch.tensor([1, 2], dtype=torch.int8)
        flags = torch.tensor([True, False])
        half = torch.tensor([0.5, 1.5], dtype=torch.float16)
        single = torch.tensor([0.5, 1.5])                       # float32
        double = torch.tensor([0.5, 1.5], dtype=torch.float64)

    Devuelve el dtype, como `torch.int64`, de la expresión que indica `case`, una de las letras de
    la "a" a la "n":

        a: single + whole
        b: half + whole
        c: single + double
        d: half + single
        e: byte + whole
        f: byte + small
        g: byte * 2
        h: whole + 0.5
        i: half + 0.5
        j: whole / whole
        k: whole + flags
        l: flags.sum()
        m: single > double
        n: single * torch.tensor(2.0, dtype=torch.float64)

    >>> mixed_dtype("a")
    torch.float32
    """
    raise NotImplementedError


def held_after_cast(case: str) -> list[float]:
    """Predice: ¿qué números contiene un tensor después de cambiar de dtype?

    Devuelve una lista de números: lo que contiene el resultado de la expresión que indica `case`.
    Infinito es `float("inf")`. `case` es una de las letras de la "a" a la "k":

        a: torch.tensor([2.7, -2.7]).to(torch.int64)
        b: torch.tensor([2.7, -2.7]).round().int()
        c: torch.tensor([0.9, -0.9]).type(torch.int8)
        d: torch.tensor([127, 128, 200]).to(torch.int8)
        e: torch.tensor([255, 256, -1]).to(torch.uint8)
        f: torch.tensor([60000.0, 70000.0]).half()
        g: torch.tensor([2048.0, 2049.0]).half()
        h: torch.tensor([16777216, 16777217]).float()
        i: torch.tensor([1.0, 1e-9]).half()
        j: torch.tensor([0.0, 0.5, -3.0]).bool().int()
        k: torch.tensor([3, 5], dtype=torch.uint8) - torch.tensor([5, 3], dtype=torch.uint8)

    Una pista: un int8 va de -128 a 127 y un uint8 de 0 a 255; más allá del final, los enteros
    vuelven a empezar por el otro extremo. Un float16 guarda 11 cifras binarias y llega hasta 65504;
    un float32 guarda 24. 2048 es 2 elevado a 11 y 16777216 es 2 elevado a 24. El menor float16
    mayor que 0 es más o menos 0.00000006.

    >>> held_after_cast("a")
    [2, -2]
    """
    raise NotImplementedError


def half_and_whole(x: torch.Tensor) -> tuple[torch.Tensor, torch.Tensor, torch.Tensor]:
    """Convierte números de coma flotante de tres maneras.

    Devuelve tres tensores con la forma de `x`, en el dispositivo de `x`:

    1. sus valores en float16;
    2. sus valores sin lo que hay detrás de la coma decimal, en int64: 2.7 da 2 y -2.7 da -2;
    3. sus valores redondeados al número entero más cercano, en int64: 2.7 da 3 y -2.7 da -3. Lo que
       queda justo en medio de dos enteros va al que es par, como hace `torch.round`: 0.5 da 0; 1.5
       y 2.5 dan 2.

    `x` es float32 o float64, tiene cualquier forma y no necesita gradiente. No contiene ningún
    número más allá de 60000 ni de -60000. El segundo y el tercer resultado se hacen a partir del
    propio `x`, con todas sus cifras. `x` no cambia.

    >>> half_and_whole(torch.tensor([2.7, -2.7, 0.5]))
    (tensor([ 2.6992, -2.6992,  0.5000], dtype=torch.float16), tensor([ 2, -2,  0]), tensor([ 3, -3,  0]))
    """
    raise NotImplementedError


def bytes_at(x: torch.Tensor, dtypes: Sequence[torch.dtype]) -> list[int]:
    """¿Cuántos bytes ocuparían los elementos de `x` en cada uno de estos dtypes?

    Devuelve una lista con un int por cada dtype de `dtypes`, en su orden: el número de bytes que
    ocupan en ese dtype tantos elementos como tiene `x`. El dtype que `x` tiene ahora no importa.
    `x` puede ser parte de un tensor mayor: solo cuentan sus propios elementos. Puede no contener
    ninguno, y `dtypes` puede estar vacía. `x` no cambia.

    Un byte tiene 8 bits: un float32 ocupa 4 bytes. Un bool ocupa un byte entero.

    >>> bytes_at(torch.zeros(2, 3), [torch.float32, torch.float64])
    [24, 48]
    """
    raise NotImplementedError


def total_of_halves(x: torch.Tensor) -> torch.Tensor:
    """Depura: suma muchos números de un dtype corto sin perder ninguno.

    `x` es un tensor float16 o bfloat16 de cualquier forma, quizá sin elementos, en cualquier
    dispositivo. Devuelve la suma de todos sus elementos, un tensor float32 sin ejes, en el
    dispositivo de `x`. La suma es la que da float32: lo que no cabe en float16 o en bfloat16 no
    debe perderse ni por el camino ni al final. Si `x` necesita un gradiente, tiene que poder volver
    uno hasta él. `x` no cambia.

    El código de abajo no lanza ningún error. Pero con 3000 unos en float16 da 2048, porque en
    float16 2048 + 1 vuelve a ser 2048, y con 70 números que valen 1000.0 da inf.

    >>> total_of_halves(torch.ones(3000, dtype=torch.float16))
    tensor(3000.)
    >>> total_of_halves(torch.full((7, 10), 1000.0, dtype=torch.float16))
    tensor(70000.)
    """
    total = torch.zeros((), dtype=x.dtype, device=x.device)
    for number in x.flatten():
        total = total + number
    return total


def training_bytes(model: nn.Module, states: int) -> dict[str, int]:
    """¿Cuántos bytes ocupa un modelo mientras se entrena?

    Mientras se entrena un modelo, la memoria contiene más que sus pesos. Devuelve un diccionario
    con cuatro enteros:

    - "weights": los bytes de todos los parámetros;
    - "gradients": los de los gradientes. Cada parámetro que se entrena recibe uno, con su forma y
      su dtype. El que está congelado, con `requires_grad` igual a False, no recibe ninguno;
    - "optimizer": los de lo que recuerda el optimizador: por cada número que se entrena guarda
      `states` números del mismo dtype. SGD a secas no guarda ninguno, SGD con momento 1 y Adam 2;
    - "buffers": los de los buffers, como las medias móviles de una normalización por lotes, y
      también los de aquellos que se registraron con `persistent=False`, que no se guardan.

    Un parámetro o un buffer que comparten varias partes del modelo está una sola vez y cuenta una
    sola vez. Los tamaños son los que dicen los dtypes, haya ya gradientes o no. `model` puede estar
    en cualquier dispositivo y no cambia: tras la llamada tiene los gradientes que tenía antes.

    >>> training_bytes(nn.Linear(3, 2), states=2)
    {'weights': 32, 'gradients': 32, 'optimizer': 64, 'buffers': 0}
    """
    raise NotImplementedError


def layer_on_array(layer: nn.Linear, array: np.ndarray) -> torch.Tensor:
    """Depura: pasa las filas de un array de NumPy por una capa lineal.

    `layer` es un `nn.Linear` con pesos float32 y vive en cualquier dispositivo. `array` tiene la
    forma `(rows, layer.in_features)` y contiene float64, float32 o int64, una fila tras otra en la
    memoria y en el orden de bytes de este ordenador, tal como lo crea NumPy. Devuelve lo que la
    capa hace con él: un tensor float32 de forma `(rows, layer.out_features)`, en el dispositivo de
    la capa, a través del cual los gradientes llegan hasta los pesos de la capa.

    La capa es de quien llama a la función: sigue siendo float32 y sigue donde está. `array` no
    cambia.

    Con un array como los que hace NumPy, el código de abajo se detiene con este error (en PyTorch,
    Double es float64 y Float es float32):

        RuntimeError: mat1 and mat2 must have the same dtype, but got Double and Float

    Eso no es todo: ¿qué pasa después si la capa está en una GPU?

    >>> layer = nn.Linear(2, 1)
    >>> layer_on_array(layer, np.ones((3, 2))).dtype
    torch.float32
    """
    rows = torch.from_numpy(array)
    return layer(rows)


def pick_device() -> tuple[torch.device, int]:
    """Averigua en qué dispositivo trabajar y cuántos aceleradores de ese tipo hay.

    Devuelve un par:

    - el dispositivo: CUDA si esta máquina tiene una GPU para ello, MPS en un Mac que lo tenga y, si
      no, la CPU. Devuélvelo como `torch.device` o como texto; con número ("cuda:0") o sin él
      ("cuda"), como prefieras. Ninguna máquina tiene a la vez CUDA y MPS, y ninguna tiene otra
      cosa;
    - cuántos hay, como int: el número de GPU de CUDA; 1 con MPS; 0 si solo está la CPU.

    Lo que cuenta es lo que hay y se puede usar ahora, no aquello para lo que se compiló tu PyTorch.

    Las pruebas imitan máquinas que no tienes: mientras llaman a tu función, las funciones de
    PyTorch que dicen qué hay responden como lo harían en una máquina así. Por eso, pregúntales por
    su nombre completo (`torch.cuda.is_available()` y similares, en `torch.cuda`, `torch.mps`,
    `torch.backends.mps` o `torch.accelerator`) cada vez que se llame a tu función. No lo averigües
    creando un tensor: en una máquina imitada no hay sitio para él.

    En un ordenador con una GPU de CUDA la respuesta es `(device(type='cuda'), 1)`, y en cualquiera:

    >>> device, count = pick_device()
    >>> torch.device(device).type in ("cuda", "mps", "cpu")
    True
    """
    raise NotImplementedError


def lives_where(case: str) -> str:
    """Predice: ¿dónde vive el resultado, o hay un error?

    El ordenador tiene un acelerador, aquí una GPU de CUDA, y antes de cada caso se ejecutan estas
    líneas:

        accel = torch.device("cuda")
        t = torch.ones(2)
        layer = nn.Linear(2, 1)

    Después viene el código que indica `case`, una de las letras de la "a" a la "n". Devuelve "cpu"
    o "accelerator": dónde vive el valor de la última expresión. Devuelve "error" si el código se
    detiene con un error.

        a: t.to(accel)
        b: t.to(accel); t
        c: layer.to(accel); layer.weight
        d: torch.zeros_like(t.to(accel))
        e: t.to(accel) + torch.ones(2)
        f: t.to(accel) + 1
        g: t.to(accel) * torch.tensor(3.0)
        h: t * torch.tensor([3.0], device=accel)
        i: t.to(accel).cpu() + t
        j: t.to(accel)[torch.tensor([1, 0])]
        k: layer.to(accel)(t)
        l: t.to(accel).numpy()
        m: layer(t).to(accel)
        n: torch.cat([t, t.to(accel)])

    >>> lives_where("a")
    'accelerator'
    """
    raise NotImplementedError


def move_batch(batch: Any, device: torch.device | str) -> Any:
    """Lleva todos los tensores de un lote a un dispositivo, por hondo que estén.

    `batch` es un tensor, o una lista, una tupla o un dict; estos pueden contener tensores, más
    listas, tuplas y dicts, hasta cualquier profundidad, y otras cosas: números, texto, None. Los
    contenedores son los corrientes: no hay, por ejemplo, tuplas con nombre (`namedtuple`). Devuelve
    la misma estructura con cada tensor en `device`. Una lista sigue siendo una lista, una tupla una
    tupla y un dict un dict con las mismas claves, en el mismo orden. Los tensores conservan sus
    dtypes y sus valores, y lo que no es un tensor sigue siendo lo que es. Un contenedor puede estar
    vacío.

    `device` es un `torch.device` o un texto como "cpu". Los tensores de un lote están en cualquier
    dispositivo, quizá no todos en el mismo, y no necesitan gradiente. `batch` no cambia, ni tampoco
    nada de lo que hay en él. Un tensor que ya está en `device` se puede devolver tal cual o
    copiado.

    >>> batch = {"image": torch.ones(2), "sizes": (torch.tensor(3), 4), "names": ["a", None]}
    >>> move_batch(batch, "cpu")
    {'image': tensor([1., 1.]), 'sizes': (tensor(3), 4), 'names': ['a', None]}
    """
    raise NotImplementedError


def normalise_channels(images: torch.Tensor) -> torch.Tensor:
    """Depura: a cada canal réstale su media y después divídelo entre su desviación.

    `images` tiene la forma `(batch, 3, height, width)`, es float16, float32 o float64 y vive en
    cualquier dispositivo. Las medias de los tres canales son 0.5, 0.25 y 0.75, y las desviaciones
    0.25, 0.5 y 0.125: son constantes, no se calculan a partir de `images`. Devuelve un tensor nuevo
    con la forma, el dtype y el dispositivo de `images`, calculado con todas las cifras de ese
    dtype; los gradientes pasan a través de él. `images` no cambia.

    El código de abajo se probó solo con float32 en la CPU. Con una GPU se detiene:

        RuntimeError: Expected all tensors to be on the same device, but found at least two devices,
        cuda:0 and cpu!

    y las imágenes float16 se convierten en float32 sin previo aviso.

    >>> normalise_channels(torch.ones(1, 3, 1, 2))
    tensor([[[[2.0000, 2.0000]],
    <BLANKLINE>
             [[1.5000, 1.5000]],
    <BLANKLINE>
             [[2.0000, 2.0000]]]])
    """
    mean = torch.tensor([0.5, 0.25, 0.75])
    spread = torch.tensor([0.25, 0.5, 0.125])
    return (images - mean.view(3, 1, 1)) / spread.view(3, 1, 1)


def hide_future(scores: torch.Tensor) -> torch.Tensor:
    """Depura: oculta a cada paso de una secuencia lo que viene después de él.

    `scores` tiene la forma `(n, n)` o `(batch, n, n)`: en la fila i, la columna j dice cuánto mira
    el paso i al paso j. Donde j es mayor que i, el resultado contiene menos infinito, de modo que
    un softmax sobre las columnas lo convierte en 0; en todo lo demás contiene la puntuación tal
    como es.

    `scores` es float16, float32 o float64, contiene números finitos y vive en cualquier
    dispositivo. Devuelve un tensor nuevo con su forma, su dtype y su dispositivo; los gradientes
    llegan hasta las puntuaciones que no están ocultas. `scores` no cambia.

    El código de abajo funciona con float32 en la CPU. En una GPU se detiene:

        RuntimeError: Expected all tensors to be on the same device, but found at least two devices,
        cuda:0 and cpu!

    y las puntuaciones en float16 se convierten en float32.

    >>> hide_future(torch.ones(3, 3))
    tensor([[1., -inf, -inf],
            [1., 1., -inf],
            [1., 1., 1.]])
    """
    n = scores.shape[-1]
    mask = torch.full((n, n), float("-inf")).triu(diagonal=1)
    return scores + mask


def expected_place(probabilities: torch.Tensor) -> torch.Tensor:
    """Depura: el lugar en el que cabe esperar algo, dada la probabilidad de cada lugar.

    El último eje de `probabilities` tiene las probabilidades de los lugares 0, 1, 2, ..., n - 1.
    Devuelve la suma de lugar por probabilidad a lo largo de ese eje: con 0.25 para el lugar 1 y
    0.75 para el lugar 3 es 0.25 * 1 + 0.75 * 3 = 2.5. El resultado tiene un eje menos que
    `probabilities`: de `(batch, n)` queda `(batch,)` y de `(n,)` queda `()`.

    `probabilities` tiene uno o dos ejes, es float32 o float64 y vive en cualquier dispositivo. El
    resultado tiene el mismo dtype y el mismo dispositivo, y se calcula con todas las cifras de ese
    dtype; los gradientes pasan a través de él. `probabilities` no cambia.

    El código de abajo funciona con float32 en la CPU. Con float64 se detiene con este error (Double
    es float64 y Float es float32):

        RuntimeError: addmv input tensors must have the same dtype, but got Float, Double, and Float

    y en una GPU, con otro:

        RuntimeError: Expected all tensors to be on the same device, but found at least two devices,
        cuda:0 and cpu!

    >>> expected_place(torch.tensor([[0.0, 0.25, 0.0, 0.75], [1.0, 0.0, 0.0, 0.0]]))
    tensor([2.5000, 0.0000])
    """
    places = torch.arange(probabilities.shape[-1], dtype=torch.float32)
    return probabilities @ places


def last_steps(x: torch.Tensor, lengths: torch.Tensor) -> torch.Tensor:
    """Depura: de cada secuencia de un lote, toma el último paso que cuenta.

    `x` tiene la forma `(batch, steps, features)`: un lote de secuencias, rellenadas al final hasta
    tener el mismo número de pasos. `lengths`, de forma `(batch,)` e int64, dice cuántos pasos de
    cada secuencia cuentan; cada longitud es al menos 1 y como mucho `steps`. Devuelve un tensor
    nuevo de forma `(batch, features)`: de la secuencia i, el paso `lengths[i] - 1`.

    `x` tiene cualquier dtype de coma flotante y vive en cualquier dispositivo; el resultado tiene
    el mismo dtype y el mismo dispositivo, y los gradientes llegan hasta `x`. `lengths` está siempre
    en la CPU. Ninguno de los dos cambia.

    El código de abajo funciona mientras `x` esté también en la CPU. En una GPU se detiene:

        RuntimeError: Expected all tensors to be on the same device, but ...

    >>> x = torch.arange(12.0).reshape(2, 3, 2)
    >>> last_steps(x, torch.tensor([3, 1]))
    tensor([[4., 5.],
            [6., 7.]])
    """
    index = (lengths - 1).view(-1, 1, 1).expand(-1, 1, x.shape[2])
    return x.gather(1, index).squeeze(1)


def fit_batches(
    model: nn.Module,
    batches: Iterable[tuple[torch.Tensor, torch.Tensor]],
    device: torch.device | str,
    lr: float = 0.1,
) -> list[float]:
    """Depura: entrena un modelo en un dispositivo, un paso por cada lote.

    Cada lote es un par `(x, y)` de tensores en la CPU. Para cada uno de ellos, uno tras otro: la
    pérdida es la media de los cuadrados de las diferencias entre `model(x)` e `y`, que tienen la
    misma forma, y el descenso de gradiente simple con la tasa de aprendizaje `lr`
    (`torch.optim.SGD`) da un paso con los gradientes de esa pérdida y de ninguna otra. Devuelve una
    lista con la pérdida de cada lote, como floats de Python, cada una de antes de su paso.

    Todo se calcula en `device`, un `torch.device` o un texto, y ahí viven después los parámetros de
    `model`. Se entrena el propio `model`, no una copia. Puede empezar en cualquier dispositivo; un
    optimizador hay que crearlo después de llevar el modelo a su sitio, porque en algunos
    dispositivos el modelo tiene entonces parámetros nuevos. Los tensores de `batches` no cambian y
    siguen en la CPU. El modelo llega en modo de entrenamiento y sigue en él; tanto él como los
    lotes son float32 y lo siguen siendo.

    En la CPU el código de abajo hace lo que debe. En una GPU se detiene:

        RuntimeError: Expected all tensors to be on the same device, but found at least two devices,
        cuda:0 and cpu!

    Hay en él más de una cosa que se queda atrás.

    >>> model = nn.Linear(1, 1)
    >>> batch = (torch.tensor([[1.0], [2.0]]), torch.tensor([[3.0], [5.0]]))
    >>> losses = fit_batches(model, [batch, batch], "cpu")
    >>> losses[1] < losses[0]
    True
    """
    model.to(device)
    optimizer = torch.optim.SGD(model.parameters(), lr=lr)
    losses = []
    for x, y in batches:
        x.to(device)
        loss = nn.functional.mse_loss(model(x), y)
        optimizer.zero_grad()
        loss.backward()
        optimizer.step()
        losses.append(loss.item())
    return losses


def autocast_step(model: nn.Module, optimizer: torch.optim.Optimizer, x: torch.Tensor, labels: torch.Tensor) -> float:
    """Depura: un paso de entrenamiento en el que los productos se calculan en bfloat16.

    `model` convierte `x`, float32 de forma `(batch, features)`, en una puntuación por ejemplo, de
    forma `(batch, 1)`; `labels` también es float32 de esa forma y contiene 0 y 1. El modelo, los
    datos y `optimizer`, que tiene los parámetros de `model`, están en un mismo dispositivo, sea el
    que sea. Da un paso de entrenamiento y devuelve la pérdida de antes del paso como un float de
    Python: la media que da `nn.functional.binary_cross_entropy_with_logits`.

    Calcula las puntuaciones con `torch.autocast`, con `dtype=torch.bfloat16`, para el tipo de
    dispositivo en el que está `x`: así las capas convierten por sí solas a bfloat16 lo que reciben.
    La pérdida se calcula en float32 a partir de esas puntuaciones. Todo lo que perdura sigue siendo
    float32: los pesos, sus gradientes y lo que recuerda el optimizador. El optimizador da un solo
    paso, con los gradientes de esta pérdida y nada más. Lo que quede después en el `grad` de los
    pesos lo decides tú.

    El modelo llega en modo de entrenamiento y sigue en él. `x` y `labels` no cambian. Los números
    se comparan con tres cifras, las que tiene bfloat16.

    El código de abajo no lanza ningún error. Convierte el modelo entero a float16, pesos incluidos,
    y lo deja así: en float16 1 - 0.0002 vuelve a ser 1, de modo que los pasos pequeños quedan en
    nada.

    >>> model = nn.Linear(2, 1)
    >>> optimizer = torch.optim.SGD(model.parameters(), lr=0.1)
    >>> loss = autocast_step(model, optimizer, torch.ones(2, 2), torch.tensor([[1.0], [0.0]]))
    >>> model.weight.dtype
    torch.float32
    """
    model.half()
    loss = nn.functional.binary_cross_entropy_with_logits(model(x.half()), labels)
    optimizer.zero_grad()
    loss.backward()
    optimizer.step()
    return loss.item()


def loss_curve(losses: list[torch.Tensor]) -> np.ndarray:
    """Convierte las pérdidas de un entrenamiento en un array, para dibujarlas o guardarlas.

    Cada tensor de `losses` contiene un elemento, tiene la forma `()` o `(1,)` y cualquier dtype de
    coma flotante (también bfloat16), puede necesitar gradiente y vive en cualquier dispositivo:
    quizá no todos en el mismo. Devuelve un array de NumPy de forma `(len(losses),)` y dtype float64
    con sus valores en orden. Si no hay ninguna pérdida, la forma es `(0,)`.

    `losses` no cambia, y sus tensores siguen en sus grafos: todavía se puede llamar a `backward`
    sobre ellos.

    >>> loss_curve([torch.tensor(0.5, requires_grad=True), torch.tensor([0.25])])
    array([0.5 , 0.25])
    """
    raise NotImplementedError
