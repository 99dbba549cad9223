"""Entrenar un modelo: regresión lineal, de los datos a las curvas de pérdida.

Una recta tiene dos números: un peso y un sesgo. Aquí un modelo los encuentra a partir de ejemplos:
creas los datos, los separas, escribes el modelo y su pérdida, das un paso de entrenamiento y luego
muchos, y miras qué ha salido. Los modelos más grandes se entrenan con el mismo bucle.

Cambia cada `raise NotImplementedError` por tu respuesta. Una función marcada con «Depura» ya trae
código: encuentra el error y corrígelo. En una marcada con «Cuestionario», devuelve la letra de la
opción correcta. En una marcada con «Predice», piensa la respuesta y escríbela; no ejecutes el caso.

Las dos listas de abajo son las filas de la división del curso: `TRAIN_ROWS` son las 28 de las que
se aprende y `TEST_ROWS`, las 12 con las que se prueba. Están ahí para que juegues con ellas;
ninguna función las necesita.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import torch
from torch import nn
from torch.utils.data import DataLoader, Dataset, TensorDataset, WeightedRandomSampler

TRAIN_ROWS = [13, 31, 34, 8, 17, 24, 0, 33, 5, 11, 1, 29, 21, 2, 30, 36, 3, 35, 23, 32, 10, 22, 18, 20, 7, 14, 28, 38]
TEST_ROWS = [19, 16, 15, 26, 4, 12, 37, 27, 39, 6, 25, 9]


def line_data(weight: float, bias: float) -> tuple[torch.Tensor, torch.Tensor]:
    """Crea 40 puntos sobre una recta.

    Devuelve dos tensores, `X` e `y`, ambos columnas de forma `(40, 1)` y dtype float32. `X`
    contiene 0, 0.025, 0.05 y así sucesivamente, de 0.025 en 0.025, hasta 0.975. Cada fila de `y` es
    `weight` por esa fila de `X`, más `bias`. `X` e `y` no comparten memoria.

    >>> X, y = line_data(weight=0.8, bias=0.2)
    >>> X.shape, y.shape
    (torch.Size([40, 1]), torch.Size([40, 1]))
    >>> y[:3]
    tensor([[0.2000],
            [0.2200],
            [0.2400]])
    """
    raise NotImplementedError


def shuffled_split(
    X: torch.Tensor, y: torch.Tensor, test_share: float = 0.3, seed: int = 42
) -> tuple[torch.Tensor, torch.Tensor, torch.Tensor, torch.Tensor]:
    """Separa al azar las filas en las de aprender y las de probar.

    `X` e `y` tienen el mismo número de filas, `n`, y la fila `i` de `y` corresponde a la fila `i`
    de `X`. Devuelve cuatro tensores en este orden: `X_train, X_test, y_train, y_test`. La parte de
    prueba tiene `test_share * n` filas, redondeado al entero más cercano (nunca cae justo en medio
    de dos), y la de entrenamiento todas las demás. Cada fila está en una de las dos partes, una
    sola vez, y conserva su `y` al lado.

    Qué filas se usan para probar, y el orden de las filas dentro de ambas partes, se decide al
    azar. La semilla `seed` decide el sorteo: la misma semilla da la misma división, se haya
    sorteado lo que se haya sorteado antes, y otra semilla da otra. Cómo lo consigas es cosa tuya,
    así que tu división con la semilla 42 no tiene que ser la de ninguna biblioteca. Pero deja como
    estaban los generadores aleatorios que todos comparten: una llamada a `torch.manual_seed`
    cambiaría lo que se sortea en todo el programa.

    `X` e `y` no cambian. Los cuatro conservan el dtype de aquello de donde se tomaron.

    >>> parts = shuffled_split(*line_data(0.8, 0.2))
    >>> [len(part) for part in parts]
    [28, 12, 28, 12]
    """
    raise NotImplementedError


class LinearRegression(nn.Module):
    """Un modelo de una recta: `weight * x + bias`.

    Tiene exactamente dos parámetros, llamados `weight` y `bias`. Ambos tienen forma `(1,)` y dtype
    float32, se pueden entrenar y aparecen en `state_dict()` con esos nombres.

    >>> _ = torch.manual_seed(42)
    >>> dict(LinearRegression().state_dict())
    {'weight': tensor([0.3367]), 'bias': tensor([0.1288])}
    """

    def __init__(self) -> None:
        """Sortea los dos parámetros con la campana de `torch.randn`: primero `weight` y después
        `bias`.

        Cada modelo sortea sus propios números. No fijes aquí la semilla: eso lo hace quien crea el
        modelo.
        """
        raise NotImplementedError

    def forward(self, x: torch.Tensor) -> torch.Tensor:
        """La predicción para cada elemento de `x`, que tiene uno o más ejes: un tensor de su forma.

        Desde ella puede volver un gradiente hasta los dos parámetros, y hasta `x` si lo necesita.
        """
        raise NotImplementedError


class ColumnScaler(nn.Module):
    """Números que son de un modelo y no se entrenan: la media y la desviación de cada columna.

    `ColumnScaler(X)` mira una sola vez las filas de las que aprende un modelo, y lleva a esa misma
    escala cada fila que venga después. `X` es un tensor float32 o float64 de forma `(n, columns)`,
    con dos filas como mínimo; ninguna de sus columnas es constante, y no necesita gradiente. `X` no
    cambia.

    El escalador no tiene parámetros, así que ningún optimizador lo cambia nunca. Contiene dos
    tensores de forma `(columns,)` y con el dtype de `X`, llamados `mean` y `deviation`. Ambos
    aparecen en `state_dict()` con esos nombres, se pueden cargar desde el de otro escalador y,
    cuando el escalador se lleva a otro dispositivo o a otro dtype, van con él.

    >>> scaler = ColumnScaler(torch.tensor([[1.0, 10.0], [3.0, 30.0], [5.0, 50.0]]))
    >>> dict(scaler.state_dict())
    {'mean': tensor([ 3., 30.]), 'deviation': tensor([ 2., 20.])}
    >>> scaler(torch.tensor([[5.0, 10.0]]))
    tensor([[ 1., -1.]])
    """

    def __init__(self, X: torch.Tensor) -> None:
        """Calcula la media de cada columna de `X` y su desviación típica como la calcula
        `torch.std` por defecto.
        """
        raise NotImplementedError

    def forward(self, x: torch.Tensor) -> torch.Tensor:
        """A cada columna de `x`, de forma `(m, columns)`, réstale su media y divídela entre su
        desviación.

        La media y la desviación son las que contiene el escalador, sean cuales sean las filas de
        `x`. `x` tiene al menos una fila, y el dtype y el dispositivo del escalador; no cambia.
        Hacia `x` puede volver un gradiente.
        """
        raise NotImplementedError


def l1_and_mse(prediction: torch.Tensor, target: torch.Tensor) -> tuple[torch.Tensor, torch.Tensor]:
    """Calcula dos pérdidas: el error absoluto medio (L1) y el error cuadrático medio (MSE).

    El error de un elemento es `prediction` menos `target`. Devuelve dos tensores sin ejes: primero
    la media de los tamaños de los errores, sin sus signos, y después la media de sus cuadrados.
    Ambos tienen el dtype de los argumentos, que es float32 o float64. Desde ellos pueden volver
    gradientes hasta `prediction`, y hasta `target` si lo necesita.

    `prediction` y `target` tienen al menos un elemento y cualquier número de ejes. Si no tienen la
    misma forma, lanza ValueError, aunque PyTorch pudiera expandir una a la otra por broadcasting.

    >>> l1_and_mse(torch.tensor([1.0, 2.0, 3.0]), torch.tensor([1.0, 4.0, 2.0]))
    (tensor(1.), tensor(1.6667))
    """
    raise NotImplementedError


def loss_in_the_notes() -> str:
    """Cuestionario: ¿qué pérdida es?

    Un texto sobre entrenamiento dice: «Como pérdida usamos el error cuadrático medio (MAE), con
    `torch.nn.L1Loss`». Tres nombres para una sola cosa: uno de ellos no encaja. Devuelve la letra,
    "a", "b", "c" o "d", de la frase correcta:

    - a) Encajan los tres: `L1Loss` eleva los errores al cuadrado y toma su media.
    - b) «Error cuadrático medio» no encaja: `L1Loss` es el MAE, la media de los errores absolutos.
    - c) «MAE» no encaja: `L1Loss` es el error cuadrático medio, cuyo nombre corto es MSE.
    - d) «Medio» no encaja: `L1Loss` suma los errores absolutos y no divide.

    >>> loss_in_the_notes() in ("a", "b", "c", "d")
    True
    """
    raise NotImplementedError


def loss_of_labels(scores: torch.Tensor, labels: torch.Tensor) -> torch.Tensor:
    """Depura: la entropía cruzada con etiquetas que vienen de una tabla.

    `scores` tiene forma `(n, classes)`, con al menos una fila y dos clases, y dtype float32 o
    float64; contiene números finitos de cualquier tamaño. `labels` dice para cada fila qué clase es
    la correcta: un número entero de 0 a `classes - 1`. Pero, como se leyó de un archivo, puede
    tener cualquier dtype entero, o float32 o float64, y puede ser un vector de forma `(n,)` o una
    columna de forma `(n, 1)`. Está en el mismo dispositivo que `scores`.

    Devuelve la entropía cruzada, la media de las filas, como un tensor sin ejes, con el dtype de
    `scores`. Hacia `scores` puede volver un gradiente. Ni `scores` ni `labels` cambian.

    El código de abajo solo funciona con un vector de int64. Con un vector de float32 se detiene con
    el primero de estos errores, y con una columna de cualquier dtype, con el segundo:

        RuntimeError: expected target dtype to be Long or Byte, but got Float
        RuntimeError: 0D or 1D target tensor expected, multi-target not supported

    >>> scores = torch.tensor([[2.0, 0.0, 0.0], [0.0, 0.0, 2.0]])
    >>> loss_of_labels(scores, torch.tensor([0, 2]))
    tensor(0.2395)
    >>> loss_of_labels(scores, torch.tensor([[0.0], [1.0]]))
    tensor(1.2395)
    """
    return nn.functional.cross_entropy(scores, labels)


def one_training_step(
    model: nn.Module,
    X: torch.Tensor,
    y: torch.Tensor,
    loss_fn: Callable[[torch.Tensor, torch.Tensor], torch.Tensor],
    optimizer: torch.optim.Optimizer,
) -> float:
    """Entrena un modelo una vez con todos los datos.

    Pon `model` en modo de entrenamiento, haz que prediga a partir de `X`, calcula
    `loss_fn(prediction, y)`, halla el gradiente de la pérdida y deja que `optimizer`, que tiene
    todos los parámetros de `model`, los actualice una vez. Solo debe contar esta pérdida: los
    parámetros pueden tener aún gradientes de antes de la llamada.

    Devuelve la pérdida como un float de Python: la que se calculó en este paso, es decir, la del
    modelo antes de la actualización. Al final el modelo está en modo de entrenamiento.

    >>> model = nn.Linear(1, 1)
    >>> _ = model.load_state_dict({"weight": torch.tensor([[0.5]]), "bias": torch.tensor([0.0])})
    >>> optimizer = torch.optim.SGD(model.parameters(), lr=0.25)
    >>> one_training_step(model, torch.tensor([[2.0]]), torch.tensor([[3.0]]), nn.L1Loss(), optimizer)
    2.0
    >>> model.weight.item()
    1.0
    """
    raise NotImplementedError


def has_a_gradient(case: str) -> str:
    """Predice: ¿qué números tienen gradiente después de esta llamada?

    Se pueden entrenar cinco tensores: `a`, `b`, `c`, `d` y `e`. Cada uno se crea de nuevo para cada
    caso con `torch.tensor(2.0, requires_grad=True)`. Esta función los usa:

        def forward(x, turns):
            y = a * x
            for _ in range(turns):
                y = b * y
            if y > 5 * e:
                y = y - c
            else:
                y = d * y
            return y

    Devuelve las letras de aquellos cuyo `grad` no es `None` cuando se ha ejecutado el caso, como un
    solo texto en orden alfabético, por ejemplo "ae". `case` es una de las letras de "a" a "h":

        a: forward(1.0, 0).backward()
        b: forward(1.0, 1).backward()
        c: forward(1.0, 3).backward()
        d: forward(6.0, 0).backward()
        e: forward(-3.0, 2).backward()
        f: forward(0.0, 1).backward()
        g: forward(1.0, 0).backward(); forward(6.0, 0).backward()
        h: forward(1.0, 3); forward(1.0, 0).backward()

    >>> has_a_gradient("a")
    'ad'
    """
    raise NotImplementedError


def trained_line(X: torch.Tensor, y: torch.Tensor, epochs: int, lr: float) -> tuple[float, float]:
    """Depura: ajusta una recta a los puntos, partiendo de cero.

    `X` e `y` son columnas de forma `(n, 1)` y dtype float32. La recta es `weight * x + bias`, y sus
    dos números empiezan en 0. En cada una de las `epochs` épocas (puede no haber ninguna) se usan
    una vez todas las filas: los dos números bajan por el gradiente del error cuadrático medio, `lr`
    por el gradiente. Devuelve el peso y el sesgo tras la última época, como floats de Python. `X` e
    `y` no cambian.

    Nada falla al ejecutar el código de abajo, pero la recta oscila alrededor de los puntos en vez
    de asentarse sobre ellos. Los puntos del ejemplo están sobre 2 * x + 1. Tras una época el código
    de abajo tiene la respuesta correcta; tras dos, ya no: peso 0.7644 y sesgo 0.56, cuando lo
    correcto es 0.4978 y 0.36. Tras diez se ha pasado mucho de los puntos, con un peso de 3.5372.

    >>> X = torch.tensor([[-1.0], [0.0], [1.0]])
    >>> [round(number, 4) for number in trained_line(X, 2 * X + 1, epochs=1, lr=0.1)]
    [0.2667, 0.2]
    >>> [round(number, 2) for number in trained_line(X, 2 * X + 1, epochs=30, lr=0.1)]
    [1.97, 1.0]
    """
    model = nn.Linear(1, 1)
    nn.init.zeros_(model.weight)
    nn.init.zeros_(model.bias)
    optimizer = torch.optim.SGD(model.parameters(), lr=lr)
    for _ in range(epochs):
        loss = nn.functional.mse_loss(model(X), y)
        loss.backward()
        optimizer.step()
    return model.weight.item(), model.bias.item()


def after_a_hundred_steps(case: str) -> str:
    """Predice: ¿qué hace una tasa de aprendizaje mayor o menor?

    Un solo número `w` empieza en 1. El optimizador es `torch.optim.SGD([w], lr=lr)`, y 100 veces
    seguidas se limpia el gradiente, se halla de nuevo y se da un paso. El mejor `w` es 0, y nada se
    sortea. Devuelve qué le pasa a `w`, uno de estos cuatro textos:

    - "arrives" (llega): al final `w` está a menos de 0.001 de 0;
    - "on its way" (de camino): cada paso acerca `w` a 0, pero 100 son pocos para llegar;
    - "swings" (oscila): al final `w` salta de un lado a otro entre dos números, uno a cada lado de
      0, y lo haría siempre;
    - "runs away" (se escapa): al final `w` está más lejos de 0 que al empezar.

    Calcula con números exactos, sin redondeos. Donde `w` es exactamente 0, PyTorch toma 0 como
    gradiente de `w.abs()`. `case` es una de las letras de "a" a "l":

        a: loss = w**2, lr = 0.001
        b: loss = w**2, lr = 0.1
        c: loss = w**2, lr = 0.5
        d: loss = w**2, lr = 0.9
        e: loss = w**2, lr = 1.0
        f: loss = w**2, lr = 1.1
        g: loss = 5 * w**2, lr = 0.3
        h: loss = w.abs(), lr = 0.001
        i: loss = w.abs(), lr = 0.03
        j: loss = w.abs(), lr = 0.25
        k: loss = w.abs(), lr = 0.3
        l: loss = w.abs(), lr = 1.5

    >>> after_a_hundred_steps("b")
    'arrives'
    """
    raise NotImplementedError


def held_out_loss(
    model: nn.Module,
    X: torch.Tensor,
    y: torch.Tensor,
    loss_fn: Callable[[torch.Tensor, torch.Tensor], torch.Tensor],
) -> float:
    """Prueba un modelo con datos de los que no aprende.

    Pon `model` en modo de evaluación y, con los gradientes desactivados mientras se ejecuta, haz
    que prediga a partir de `X`. Devuelve `loss_fn(prediction, y)` como un float de Python.

    Al final el modelo vuelve a estar en el modo en que estaba: entrenamiento si estaba en modo de
    entrenamiento, evaluación si estaba en modo de evaluación. (Todas sus partes están en un mismo
    modo.) Sus parámetros, y los gradientes que puedan tener, no cambian, ni tampoco `X` e `y`.

    >>> model = nn.Sequential(nn.Dropout(0.5), nn.Flatten(0))
    >>> held_out_loss(model, torch.tensor([[1.0], [3.0]]), torch.tensor([1.0, 4.0]), nn.L1Loss())
    0.5
    >>> model.training
    True
    """
    raise NotImplementedError


def fit_line(
    model: nn.Module,
    X_train: torch.Tensor,
    X_test: torch.Tensor,
    y_train: torch.Tensor,
    y_test: torch.Tensor,
    epochs: int = 100,
    lr: float = 0.01,
    every: int = 10,
) -> dict[str, list[float]]:
    """Entrena un modelo durante algunas épocas y anota cómo le va.

    La pérdida es el error absoluto medio (`nn.L1Loss`) y el optimizador, `torch.optim.SGD` con la
    tasa de aprendizaje `lr`. Las épocas se numeran desde 0, y cada una tiene dos mitades:

    - con el modelo en modo de entrenamiento, un paso de entrenamiento con todo `X_train` e
      `y_train`, a partir de gradientes nuevos;
    - con el modelo en modo de evaluación y los gradientes desactivados, su pérdida con todo
      `X_test` e `y_test`. Aquí no se aprende nada.

    Devuelve un dict con tres listas de la misma longitud: "epoch", los números de las épocas
    anotadas, que son 0, `every`, 2 veces `every` y así sucesivamente, como ints; "train", la
    pérdida del paso de entrenamiento en cada una de ellas (calculada antes de la actualización); y
    "test", la pérdida de la segunda mitad (por tanto, después de la actualización). Todas las
    pérdidas son floats de Python. Con 0 épocas las listas están vacías. En una época que no se
    anota puedes omitir la segunda mitad.

    El modelo que recibes es el que aprende. En qué modo lo dejas es cosa tuya.

    >>> model = nn.Linear(1, 1)
    >>> _ = model.load_state_dict({"weight": torch.tensor([[1.0]]), "bias": torch.tensor([0.0])})
    >>> X = torch.tensor([[1.0], [2.0]])
    >>> fit_line(model, X, X, X + 9, X + 9, epochs=3, lr=1.0, every=2)
    {'epoch': [0, 2], 'train': [9.0, 2.5], 'test': [5.75, 2.25]}
    """
    raise NotImplementedError


def logged_losses(
    model: nn.Module,
    X: torch.Tensor,
    y: torch.Tensor,
    loss_fn: Callable[[torch.Tensor, torch.Tensor], torch.Tensor],
    optimizer: torch.optim.Optimizer,
    epochs: int,
) -> list[float]:
    """Depura: entrena durante algunas épocas y guarda la pérdida de cada una.

    Cada época es un paso de entrenamiento, en modo de entrenamiento y con todos los datos, con
    `loss_fn(prediction, y)` y `optimizer`, que tiene todos los parámetros de `model`. Los
    gradientes de antes de la llamada no deben contar.

    Devuelve una lista con un float de Python por época: su pérdida, calculada antes de la
    actualización. Con 0 épocas la lista está vacía.

    El código de abajo entrena bien. Pero su lista tiene este aspecto, retiene el grafo de todas las
    épocas que ha habido, y quien quiere dibujarla lee el error de la última línea:

        [tensor(4., grad_fn=<MseLossBackward0>), tensor(1., grad_fn=<MseLossBackward0>)]
        RuntimeError: Can't call numpy() on Tensor that requires grad. Use
        tensor.detach().numpy() instead.

    >>> model = nn.Linear(1, 1)
    >>> _ = model.load_state_dict({"weight": torch.tensor([[1.0]]), "bias": torch.tensor([0.0])})
    >>> optimizer = torch.optim.SGD(model.parameters(), lr=0.25)
    >>> X = torch.tensor([[-1.0], [1.0]])
    >>> logged_losses(model, X, X + 2, nn.MSELoss(), optimizer, epochs=3)
    [4.0, 1.0, 0.25]
    """
    losses = []
    for _ in range(epochs):
        model.train()
        loss = loss_fn(model(X), y)
        optimizer.zero_grad()
        loss.backward()
        optimizer.step()
        losses.append(loss)
    return losses


def line_predictions(model: nn.Module, X: torch.Tensor) -> torch.Tensor:
    """Usa un modelo entrenado: predice a partir de `X`.

    Devuelve lo que `model` predice en modo de evaluación, con los gradientes desactivados mientras
    se ejecuta, de modo que el resultado no necesite gradiente. Al final el modelo vuelve a estar en
    el modo en que estaba, entrenamiento o evaluación. (Todas sus partes están en un mismo modo.)
    `X` y los parámetros no cambian. `X` puede necesitar gradiente si el modelo calcula con él un
    tensor nuevo: a un modelo que devuelve el propio `X` nunca se le da un `X` así.

    >>> model = nn.Sequential(nn.Dropout(0.5), nn.Flatten(0))
    >>> line_predictions(model, torch.tensor([[1.0], [3.0]]))
    tensor([1., 3.])
    >>> model.training
    True
    """
    raise NotImplementedError


def points_figure(
    X_train: torch.Tensor,
    y_train: torch.Tensor,
    X_test: torch.Tensor,
    y_test: torch.Tensor,
    predicted: torch.Tensor | None = None,
) -> Any:
    """Dibuja los datos y lo que un modelo predice para la parte de prueba.

    Devuelve una `matplotlib.figure.Figure` con un solo par de ejes y estos puntos en él, cada clase
    dibujada con una llamada a `scatter` y con esta etiqueta:

    - "train": `X_train` en horizontal e `y_train` en vertical;
    - "test": `X_test` en horizontal e `y_test` en vertical;
    - "predicted": `X_test` en horizontal y `predicted` en vertical. Sin `predicted` no hay tales
      puntos.

    Los ejes llevan las etiquetas "X" e "y", y una leyenda explica los puntos. Los colores, tamaños
    y títulos son cosa tuya.

    Todos los tensores son columnas de forma `(n, 1)` en la CPU y no cambian. `predicted` puede
    necesitar aún gradiente. Importa lo que necesites de Matplotlib dentro de la función: así el
    resto de este archivo funciona donde no está instalado. `Figure()` dibuja sin abrir ninguna
    ventana.

    >>> X, y = line_data(0.8, 0.2)
    >>> figure = points_figure(X[:28], y[:28], X[28:], y[28:])  # doctest: +SKIP
    >>> [points.get_label() for points in figure.axes[0].collections]  # doctest: +SKIP
    ['train', 'test']
    """
    raise NotImplementedError


def loss_figure(history: dict[str, list[float]]) -> Any:
    """Dibuja cómo bajaron las pérdidas.

    `history` tiene tres listas de la misma longitud, "epoch", "train" y "test", tal como las
    devuelve `fit_line`. Devuelve una `matplotlib.figure.Figure` con un solo par de ejes y dos
    líneas en él, dibujadas con `plot`: una con la etiqueta "train" y otra con la etiqueta "test".
    En horizontal va el número de la época y en vertical la pérdida. Los ejes llevan las etiquetas
    "epoch" y "loss", y una leyenda explica las líneas. Los colores, estilos y títulos son cosa
    tuya. `history` no cambia.

    >>> figure = loss_figure({"epoch": [0, 10], "train": [0.3, 0.2], "test": [0.4, 0.3]})  # doctest: +SKIP
    >>> [line.get_label() for line in figure.axes[0].lines]  # doctest: +SKIP
    ['train', 'test']
    """
    raise NotImplementedError


def fit_anywhere(model: nn.Module, X: torch.Tensor, y: torch.Tensor, epochs: int, lr: float) -> torch.Tensor:
    """Depura: el mismo bucle, viva donde viva el modelo.

    Entrena `model` durante `epochs` pasos (puede no haber ninguno) con todos los datos, con el
    error absoluto medio y `torch.optim.SGD` con la tasa de aprendizaje `lr`, y devuelve lo que
    predice después a partir de `X`: en la CPU, en el dtype del modelo y sin necesitar gradiente.

    `X` e `y` están siempre en la CPU y son float32. El modelo puede vivir en la CPU o en un
    acelerador de cualquier marca, y todos sus parámetros son float32 o todos son float64. Se queda
    donde está y como está: los datos siguen al modelo. Llega en modo de entrenamiento y sigue en
    él, también mientras predice. `X` e `y` mismos no cambian. Para probarlo fuera de la CPU,
    ejecuta las pruebas con `--device=all`.

    El código de abajo solo funciona con un modelo float32 en la CPU. Se detiene con el primero de
    estos errores con un modelo float64, y con uno como el segundo con un modelo en una GPU:

        RuntimeError: mat1 and mat2 must have the same dtype, but got Float and Double
        RuntimeError: Expected all tensors to be on the same device, but found at least two
        devices, cuda:0 and cpu!

    >>> model = nn.Linear(1, 1).double()
    >>> X = torch.tensor([[0.0], [1.0]])
    >>> fit_anywhere(model, X, X, epochs=5, lr=0.1).dtype
    torch.float64
    """
    loss_fn = nn.L1Loss()
    optimizer = torch.optim.SGD(model.parameters(), lr=lr)
    for _ in range(epochs):
        loss = loss_fn(model(X), y)
        optimizer.zero_grad()
        loss.backward()
        optimizer.step()
    with torch.no_grad():
        return model(X)


def line_batches(X: torch.Tensor, y: torch.Tensor, batch_size: int, shuffle: bool = False) -> DataLoader[Any]:
    """Reparte los datos en porciones pequeñas: los mini-batches.

    `X` e `y` tienen el mismo número de filas. Devuelve un `DataLoader` en el que cada lote es un
    par: unas filas de `X` y las filas de `y` que les corresponden. Un lote tiene `batch_size`
    filas; si el número de filas no es divisible entre él, el último lote es más pequeño y no se
    omite ninguna fila.

    Con `shuffle=False` las filas vienen en su orden. Con `shuffle=True` vienen en un orden que se
    sortea de nuevo cada vez que alguien recorre el loader, y cada fila conserva su `y`. El loader
    trabaja en este proceso: no inicia otros.

    >>> X = torch.tensor([[1.0], [2.0], [3.0]])
    >>> for X_batch, y_batch in line_batches(X, 10 * X, batch_size=2):
    ...     print(X_batch.tolist(), y_batch.tolist())
    [[1.0], [2.0]] [[10.0], [20.0]]
    [[3.0]] [[30.0]]
    """
    raise NotImplementedError


def epoch_in_batches(
    model: nn.Module,
    loader: DataLoader[Any],
    loss_fn: Callable[[torch.Tensor, torch.Tensor], torch.Tensor],
    optimizer: torch.optim.Optimizer,
) -> float:
    """Entrena un modelo durante una época, en mini-batches.

    `loader` reparte pares de tensores, `X_batch` e `y_batch`, cada uno con al menos una fila. Pon
    `model` en modo de entrenamiento y recorre el loader una vez. Con cada lote, por turno: predice,
    calcula `loss_fn(prediction, y_batch)`, que da la pérdida media de las filas del lote, y deja
    que `optimizer`, que tiene todos los parámetros de `model`, los actualice con el gradiente de
    esta sola pérdida. Los gradientes de antes de la llamada no deben contar.

    Devuelve la pérdida media de una fila, como un float de Python: la media sobre todas las filas
    de la época, donde la pérdida de cada fila es la que se calculó en su lote. Un último lote
    pequeño no debe contar tanto como uno completo. `loader` tiene al menos un lote. Al final el
    modelo está en modo de entrenamiento.

    >>> X = torch.tensor([[3.0], [5.0], [1.0]])
    >>> model = nn.Linear(1, 1)
    >>> _ = model.load_state_dict({"weight": torch.tensor([[1.0]]), "bias": torch.tensor([0.0])})
    >>> optimizer = torch.optim.SGD(model.parameters(), lr=0.0)
    >>> epoch_in_batches(model, line_batches(X, 0 * X, batch_size=2), nn.L1Loss(), optimizer)
    3.0
    """
    raise NotImplementedError


def updates_and_rows(rows: int, batch_size: int, epochs: int, drop_last: bool) -> tuple[int, int]:
    """Calcula cuánto trabajo es un entrenamiento antes de que empiece.

    Un conjunto de datos tiene `rows` filas, y en cada una de las `epochs` épocas se recorre una vez
    un `DataLoader(data, batch_size=batch_size, drop_last=drop_last)`. Con `drop_last=True`, un
    último lote más pequeño que `batch_size` se deja fuera; con `drop_last=False`, se usa como los
    demás. Después de cada lote el optimizador da un paso.

    Devuelve dos int: cuántos pasos da el optimizador en todo el entrenamiento y con cuántas filas
    se entrena el modelo, donde una fila que se usa en tres épocas cuenta tres veces.

    `rows` y `batch_size` son 1 como mínimo; `batch_size` puede ser mayor que `rows`; puede no haber
    épocas. Puede haber mil millones de filas: calcula, y no crees ni cuentes los lotes.

    >>> updates_and_rows(rows=10, batch_size=4, epochs=2, drop_last=False)
    (6, 20)
    >>> updates_and_rows(rows=10, batch_size=4, epochs=2, drop_last=True)
    (4, 16)
    """
    raise NotImplementedError


class SignalWindows(Dataset[torch.Tensor]):
    """Un conjunto de datos tuyo: una señal larga, cortada en ventanas, con una transformación.

    `SignalWindows(signal, size)` o `SignalWindows(signal, size, transform)` crea uno. `signal` es
    un vector de forma `(n,)` y cualquier dtype, y `size` es 1 como mínimo. La primera ventana son
    los `size` primeros elementos; la siguiente, los `size` elementos que vienen después, y así
    sucesivamente: las ventanas no se solapan. Lo que sobra al final, demasiado corto para una
    ventana, no es de ninguna.

    `transform` es una función que recibe una ventana y devuelve lo que hay que entregar en su
    lugar. Puede escribir en la ventana que recibe. Aun así, `signal` no cambia.

    >>> windows = SignalWindows(torch.arange(8), size=3)
    >>> len(windows), windows[1]
    (2, tensor([3, 4, 5]))
    >>> [window.tolist() for window in SignalWindows(torch.arange(8), 3, lambda window: window.mul_(10))]
    [[0, 10, 20], [30, 40, 50]]
    """

    def __init__(
        self, signal: torch.Tensor, size: int, transform: Callable[[torch.Tensor], torch.Tensor] | None = None
    ) -> None:
        """Guarda lo que haga falta. Sin `transform`, o con `None`, las ventanas se entregan tal
        como son.
        """
        raise NotImplementedError

    def __len__(self) -> int:
        """El número de ventanas, que puede ser 0."""
        raise NotImplementedError

    def __getitem__(self, index: int) -> torch.Tensor:
        """La ventana con este número, contando desde 0, como la devuelve la transformación.

        La transformación se llama de nuevo cada vez que se pide una ventana, y solo con esa
        ventana: puede sortear números aleatorios, y entonces da algo distinto cada vez. Lo que se
        entrega no comparte memoria con `signal`.

        Si no hay ninguna ventana con este número porque `index` es demasiado grande, lanza
        IndexError: un bucle `for` sobre el conjunto de datos pide 0, 1, 2 y así sucesivamente hasta
        que eso ocurre. `index` nunca es negativo.
        """
        raise NotImplementedError


def balanced_batches(X: torch.Tensor, labels: torch.Tensor, batch_size: int, seed: int) -> DataLoader[Any]:
    """Reparte las clases raras tan a menudo como las comunes.

    `X` tiene forma `(n, columns)`, y `labels` es un vector int64 de forma `(n,)`: la clase de cada
    fila, un número entero que no es negativo. No tienen por qué aparecer todos los números hasta el
    mayor. Un modelo que casi nunca ve una clase no la aprende.

    Devuelve un `DataLoader` en el que cada lote es un par: unas filas de `X` y las etiquetas que
    les corresponden. Cada una de esas filas se sortea por separado: cada clase que aparece tiene la
    misma probabilidad, y dentro de una clase cada fila tiene la misma probabilidad. Así que la
    misma fila puede salir varias veces en una pasada, y otra ninguna.

    En una pasada por el loader se sortean `n` filas, y un último lote que sería más pequeño que
    `batch_size` se deja fuera. `batch_size` es `n` como máximo. El loader trabaja en este proceso.

    La semilla `seed` decide lo que se sortea: dos loaders con los mismos argumentos reparten las
    mismas filas en sus primeras pasadas, y las mismas en las segundas, se sortee lo que se sortee
    en otro sitio. La segunda pasada de un loader es distinta de la primera. Otras semillas dan
    otros sorteos. No fijes la semilla de los generadores aleatorios que todos comparten; gastar
    algunos de sus números está permitido, porque el loader de PyTorch lo hace.

    >>> X, labels = torch.arange(10.0)[:, None], torch.tensor([0] * 9 + [1])
    >>> for X_batch, labels_batch in balanced_batches(X, labels, batch_size=4, seed=0):
    ...     print(X_batch.shape, labels_batch.shape)
    torch.Size([4, 1]) torch.Size([4])
    torch.Size([4, 1]) torch.Size([4])
    """
    raise NotImplementedError


def start_worker(worker_id: int, generators: list[torch.Generator]) -> None:
    """Da a cada proceso de un loader números aleatorios propios: una `worker_init_fn`, llamada a
    mano.

    Un `DataLoader` con varios procesos entrega a cada uno una copia del conjunto de datos. Si el
    conjunto de datos tiene generadores aleatorios propios, todas las copias sortean los mismos
    números, y en cada proceso vuelve el mismo ruido. Por eso se le puede dar a un loader una
    función que llama en cada proceso cuando empieza. Aquí esa función es la tuya, y las pruebas la
    llaman ellas mismas, sin ningún proceso.

    `worker_id` es el número del proceso: 0, 1, 2 y así sucesivamente. `generators` son los de la
    copia del conjunto de datos que tiene este proceso, uno como mínimo. `torch.initial_seed()` es
    la semilla que PyTorch ha dado a este proceso: `b` en el proceso 0, `b + 1` en el proceso 1,
    `b + 2` en el proceso 2 y así sucesivamente, donde `b` se sortea de nuevo en cada pasada;
    cualquiera de ellas es un número entero de 0 a `2**63 - 1`.

    Fija la semilla de cada generador de modo que se cumpla todo esto:

    - la misma `torch.initial_seed()`, con el mismo `worker_id` y otros tantos generadores, da los
      mismos números, estuvieran donde estuvieran antes los generadores;
    - dos generadores de un proceso sortean números distintos, y también dos generadores
      cualesquiera de dos procesos de una misma pasada;
    - otra `b` da otros números en cada generador, salvo que las dos tengan iguales los últimos 32
      bits: entonces pueden ser los mismos.

    Hay como mucho cien procesos y cien generadores en cada uno. Que unos números salgan iguales por
    pura casualidad se puede olvidar. Pero ten en cuenta que un generador de la CPU solo mira los
    últimos 32 bits de su semilla: dos semillas que se diferencian en `2**32` son para él la misma.
    No toques el generador que comparten todos en el proceso: ni fijes su semilla ni sortees con él.
    No devuelvas nada.

    >>> def drawn(seed, worker_id):
    ...     _ = torch.manual_seed(seed)
    ...     generators = [torch.Generator(), torch.Generator()]
    ...     start_worker(worker_id, generators)
    ...     return [torch.rand(1, generator=generator).item() for generator in generators]
    >>> drawn(100, worker_id=0) == drawn(100, worker_id=0)
    True
    >>> len(set(drawn(100, worker_id=0) + drawn(101, worker_id=1)))
    4
    """
    raise NotImplementedError


def train_on_schedule(
    model: nn.Module,
    loader: DataLoader[Any],
    loss_fn: Callable[[torch.Tensor, torch.Tensor], torch.Tensor],
    optimizer: torch.optim.Optimizer,
    scheduler: torch.optim.lr_scheduler.LRScheduler,
    epochs: int,
) -> list[float]:
    """Entrena con una tasa de aprendizaje que cambia de una época a otra.

    `loader` reparte pares de tensores, `X_batch` e `y_batch`, y `optimizer` tiene todos los
    parámetros de `model`, en un solo grupo. En cada época, pon `model` en modo de entrenamiento y
    recorre el loader una vez. Con cada lote, por turno: predice, calcula
    `loss_fn(prediction, y_batch)` y deja que el optimizador actualice los parámetros con el
    gradiente de esta pérdida y nada más. Los gradientes de antes de la llamada no deben contar.

    `scheduler` se creó para este optimizador. Llama a su `step()` una vez por época, al final,
    después de todas las actualizaciones de esa época, incluida la última época.

    Devuelve una lista con un float de Python por época: la tasa de aprendizaje con la que se
    hicieron sus actualizaciones. Puede no haber épocas: entonces la lista está vacía, y no cambia
    nada, salvo quizá el modo.

    >>> X = torch.tensor([[1.0], [2.0], [3.0]])
    >>> model = nn.Linear(1, 1)
    >>> optimizer = torch.optim.SGD(model.parameters(), lr=0.5)
    >>> scheduler = torch.optim.lr_scheduler.StepLR(optimizer, step_size=2, gamma=0.5)
    >>> train_on_schedule(model, line_batches(X, 2 * X, 1), nn.L1Loss(), optimizer, scheduler, epochs=5)
    [0.5, 0.5, 0.25, 0.25, 0.125]
    >>> optimizer.param_groups[0]["lr"]
    0.125
    """
    raise NotImplementedError


def freeze_body(model: nn.Module, lr: float) -> torch.optim.Optimizer:
    """Conserva lo que un modelo ha aprendido y prepara su última parte para aprender algo nuevo.

    `model.body` y `model.head` son dos módulos que contienen todos los parámetros de `model`: el
    primero (el cuerpo) se entrenó con otra tarea y debe quedarse como está; el segundo (la cabeza)
    es el que se va a entrenar. Todos los parámetros necesitan gradiente y no tienen ninguno, y el
    modelo entero está en un mismo modo, entrenamiento o evaluación.

    Al final:

    - ningún parámetro del cuerpo necesita gradiente, y todos los de la cabeza siguen necesitándolo;
    - el cuerpo y todas sus partes están en modo de evaluación, de modo que su dropout está apagado
      y su batch norm ya no cuenta nada; la cabeza y todas sus partes están en modo de
      entrenamiento. En qué modo está `model` mismo, aparte de estos dos, es cosa tuya;
    - los números de los parámetros y de los búferes son los mismos que antes.

    Devuelve un `torch.optim.SGD` con la tasa de aprendizaje `lr` y todo lo demás como lo tiene
    PyTorch por defecto. Tiene todos los parámetros de la cabeza, en un solo grupo, y ninguno más.

    >>> model = nn.Module()
    >>> model.body = nn.Sequential(nn.Linear(2, 3), nn.Dropout(0.5))
    >>> model.head = nn.Linear(3, 1)
    >>> optimizer = freeze_body(model, lr=0.1)
    >>> [parameter.requires_grad for parameter in model.parameters()]
    [False, False, True, True]
    >>> model.body[1].training, model.head.training
    (False, True)
    >>> [tuple(parameter.shape) for parameter in optimizer.param_groups[0]["params"]]
    [(1, 3), (1,)]
    """
    raise NotImplementedError


def train_head(
    model: nn.Module,
    X: torch.Tensor,
    y: torch.Tensor,
    loss_fn: Callable[[torch.Tensor, torch.Tensor], torch.Tensor],
    optimizer: torch.optim.Optimizer,
    epochs: int,
) -> list[float]:
    """Depura: entrena la última parte de un modelo mientras el resto se queda como está.

    `model.body` y `model.head` (el cuerpo y la cabeza) contienen todos los parámetros de `model`, y
    `model(X)` es `model.head(model.body(X))`. Los parámetros del cuerpo no necesitan gradiente, y
    `optimizer` tiene los de la cabeza. El modelo puede venir en cualquier modo.

    Cada época es un paso de entrenamiento con todos los datos, con `loss_fn(prediction, y)`. Los
    gradientes de antes de la llamada no deben contar. Mientras se ejecuta, el cuerpo y todas sus
    partes trabajan como en modo de evaluación, y la cabeza y todas sus partes, como en modo de
    entrenamiento. Devuelve una lista con la pérdida de cada época, como floats de Python, calculada
    antes de la actualización. Puede no haber épocas: entonces la lista está vacía.

    Al final, el cuerpo y la cabeza están en esos mismos modos, si es que hubo alguna época. En qué
    modo está `model` mismo, aparte de estos dos, es cosa tuya. Los parámetros y los búferes del
    cuerpo están exactamente como antes. `X` e `y` no cambian.

    El código de abajo entrena la cabeza, y los parámetros del cuerpo se quedan como están. Pero con
    un cuerpo que sea `nn.Sequential(nn.Linear(2, 3), nn.BatchNorm1d(3))` sí que cambia algo: la
    `running_mean` de la batch norm se mueve en cada época, y al final el cuerpo da otros números
    que antes. Con un dropout en el cuerpo, las pérdidas suben y bajan a saltos.

    >>> model = nn.Sequential()
    >>> model.body, model.head = nn.Dropout(0.5), nn.Linear(1, 1, bias=False)
    >>> _ = model.load_state_dict({"head.weight": torch.tensor([[1.0]])})
    >>> optimizer = torch.optim.SGD(model.head.parameters(), lr=0.25)
    >>> X = torch.tensor([[-1.0], [1.0]])
    >>> train_head(model, X, 3 * X, nn.MSELoss(), optimizer, epochs=3)
    [4.0, 1.0, 0.25]
    """
    losses = []
    for _ in range(epochs):
        model.train()
        loss = loss_fn(model(X), y)
        optimizer.zero_grad()
        loss.backward()
        optimizer.step()
        losses.append(loss.item())
    return losses
