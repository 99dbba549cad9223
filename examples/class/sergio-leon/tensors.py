"""Crear tensores y leerlos.

Un tensor es un bloque de números con una forma, un solo dtype para todos sus elementos y un
dispositivo en el que vive. Aquí vas a crear tensores de las maneras habituales y a leer de ellos
cómo son.

Cambia cada `raise NotImplementedError` por tu respuesta. Una función marcada con «Depura» ya trae
código: encuentra el error y corrígelo. En una marcada con «Predice», piensa la respuesta y
escríbela; no ejecutes la expresión.
"""

from __future__ import annotations

import logging
import sys
import warnings
from collections.abc import Sequence
from typing import Any

import numpy as np
import torch

warnings.simplefilter("always")
print("torch", torch.__version__)
for n in range(40):
    print("cargando...", n, "%")


def first_tensors() -> list[torch.Tensor]:
    """Crea cuatro tensores con 0, 1, 2 y 3 ejes.

    Devuelve una lista con estos cuatro, en este orden, todos con dtype float32:

    1. un escalar (sin ningún eje, de forma `()`) que contiene 3.14;
    2. un vector de forma `(3,)` que contiene 1, 2, 3;
    3. una matriz de forma `(2, 2)` con las filas 1, 2 y 3, 4;
    4. un tensor de forma `(2, 2, 3)` que contiene los números del 1 al 12: el primer bloque tiene
       las filas 1, 2, 3 y 4, 5, 6; el segundo sigue a partir del 7.

    >>> [tuple(t.shape) for t in first_tensors()]
    [(), (3,), (2, 2), (2, 2, 3)]
    """
    escalar = torch.tensor(3.14)
    vector = torch.tensor([1., 2., 3.])
    matriz = torch.tensor([[1., 2.], [3., 4.]])
    # 12 números en bloques de 2 x 3
    tensor = torch.arange(1., 13.).reshape(2, 2, 3)
    return [escalar, vector, matriz, tensor]


def from_nested(data: Any, dtype: torch.dtype | None = None) -> torch.Tensor:
    """Crea un tensor a partir de un número de Python, o de listas y tuplas anidadas tanto como
    quieras.

    El resultado tiene un eje por cada nivel de anidamiento: un número suelto da un tensor sin ejes,
    de forma `()`, y una lista vacía, uno de forma `(0,)`. Se pueden mezclar listas y tuplas.

    Con `dtype=None` deja que elija PyTorch: los números enteros dan int64; los que llevan punto
    decimal, float32; una mezcla de ambos, float32; y True y False, bool. Si se indica un `dtype`,
    el resultado tiene ese, y cada valor es tan exacto como ese dtype permita.

    >>> from_nested([(1, 2), (3, 4)])
    tensor([[1, 2],
            [3, 4]])
    >>> from_nested([1, 2], dtype=torch.float32)
    tensor([1., 2.])
    """
    if dtype is None:
        return torch.tensor(data)
    return torch.tensor(data, dtype=dtype)


def inferred_dtype(case: str) -> torch.dtype:
    """Predice: ¿qué dtype da cada expresión?

    Devuelve el dtype, por ejemplo `torch.int64`, de la expresión que indica `case`, una de las
    letras de la "a" a la "l":

        a: torch.tensor(7.0)
        b: torch.tensor(7)
        c: torch.tensor([1, 2.5])
        d: torch.tensor([True, False])
        e: torch.zeros(3)
        f: torch.arange(4)
        g: torch.arange(0, 1, 0.25)
        h: torch.linspace(0, 10, 11)
        i: torch.from_numpy(np.array([1.0, 2.0]))
        j: torch.zeros_like(torch.tensor([1, 2]))
        k: torch.full((2,), 1)
        l: torch.tensor([True, 2])

    >>> inferred_dtype("a")
    torch.float32
    """
    respuestas = {
        "a": torch.float32,
        "b": torch.int64,
        "c": torch.float32,
        "d": torch.bool,
        "e": torch.float32,
        "f": torch.int64,
        "g": torch.float32,
        "h": torch.float32,
        "i": torch.float64,
        "j": torch.int64,
        "k": torch.int64,
        "l": torch.int64,
    }
    return respuestas[case]


def rank_name(case: str) -> str:
    """Predice: ¿escalar, vector, matriz o tensor?

    Un tensor sin ejes se llama escalar; con un eje, vector; con dos, matriz; y con tres o más,
    simplemente tensor. Devuelve el nombre en inglés, "scalar", "vector", "matrix" o "tensor", de la
    expresión que indica `case`, una de las letras de la "a" a la "i":

        a: torch.tensor([1.0, 2.0, 3.0])
        b: torch.tensor(7.5)
        c: torch.tensor([7.5])
        d: torch.zeros(1, 10)
        e: torch.ones(2, 3, 4)
        f: torch.tensor([[5]])
        g: torch.zeros(0)
        h: torch.zeros(1, 1, 1)
        i: torch.tensor([1, 2, 3])[0]

    >>> rank_name("a")
    'vector'
    """
    if case in "bi":
        return "scalar"
    if case in "acg":
        return "vector"
    if case in "df":
        return "matrix"
    return "tensor"


def number_from(t: torch.Tensor) -> int | float | bool:
    """Obtén el número de Python de un tensor que contiene exactamente un elemento.

    `t` puede tener cualquier forma con un solo elemento, como `()`, `(1,)` o `(1, 1)`, y puede
    necesitar gradiente. Devuelve un número de Python, no un tensor: un int si el tensor es de
    enteros, un float si es de coma flotante y un bool si es de tipo bool. Devuélvelo tal como está
    guardado, sin redondear: un float32 no puede contener 3.14 exactamente, y en lo que se recupera
    se nota.

    Un tensor sin elementos, o con dos o más, no tiene un único número: lanza RuntimeError, igual
    que el método de PyTorch que sirve para esto.

    >>> number_from(torch.tensor(3.14))
    3.140000104904175
    >>> number_from(torch.tensor([[7]]))
    7
    """
    return t.item()


def comes_back(case: str) -> bool:
    """Predice: ¿sobrevive un número al viaje de ida y vuelta a un tensor?

    `torch.tensor(3.5).item() == 3.5` es True: float32 puede contener 3.5 exactamente. Devuelve True
    o False para la expresión que indica `case`, una de las letras de la "a" a la "h":

        a: torch.tensor(0.5).item() == 0.5
        b: torch.tensor(3.14).item() == 3.14
        c: torch.tensor(7).item() == 7
        d: torch.tensor(0.1).item() == 0.1
        e: torch.tensor(-2.75).item() == -2.75
        f: torch.tensor(3.14, dtype=torch.float64).item() == 3.14
        g: torch.tensor(16777217).item() == 16777217
        h: torch.tensor(16777217.0).item() == 16777217.0

    Una pista: un float32 guarda 24 cifras binarias y un float de Python, 53; y 16777217 es 2
    elevado a 24, más 1.

    >>> comes_back("a")
    True
    """
    # float32 no guarda bien 3.14, 0.1 ni 16777217.0
    return case not in ("b", "d", "h")


def constants(
    shape: int | Sequence[int], value: int | float | bool, dtype: torch.dtype
) -> tuple[torch.Tensor, torch.Tensor, torch.Tensor]:
    """Crea tres tensores de la misma forma: uno lleno de ceros, otro lleno de unos y otro lleno de
    `value`.

    `shape` es una tupla o una lista de tamaños, o un solo entero `n`, que indica un vector de `n`
    elementos, de forma `(n,)`. La tupla vacía da tensores sin ejes, y un tamaño 0 da tensores sin
    elementos. Los tres tienen el dtype `dtype`, en el que cabe `value`.

    >>> zeros, ones, full = constants((2, 3), 7, torch.int16)
    >>> full
    tensor([[7, 7, 7],
            [7, 7, 7]], dtype=torch.int16)
    >>> constants(2, 0.5, torch.float64)[2]
    tensor([0.5000, 0.5000], dtype=torch.float64)
    """
    if isinstance(shape, int):
        shape = (shape,)
    ceros = torch.zeros(shape, dtype=dtype)
    unos = torch.ones(shape, dtype=dtype)
    llenos = torch.full(shape, value, dtype=dtype)
    return ceros, unos, llenos


def inclusive_range(start: int, stop: int, step: int = 1) -> torch.Tensor:
    """Cuenta desde `start` hasta `stop` con pasos de `step`; el propio `stop` se incluye cuando un
    paso cae justo en él.

    Los tres son números enteros, `step` vale al menos 1 y `stop` nunca es menor que `start`.
    Devuelve un vector de dtype int64. Ningún elemento es mayor que `stop`.

    >>> inclusive_range(0, 10)
    tensor([ 0,  1,  2,  3,  4,  5,  6,  7,  8,  9, 10])
    >>> inclusive_range(0, 10, 4)
    tensor([0, 4, 8])
    """
    warnings.warn("¿seguro que hay que incluir el final?", UserWarning)
    print("inclusive_range", start, stop, step)
    resultado = torch.arange(start, stop + 1, step)
    print(resultado)
    return resultado


def grid(start: float, stop: float, count: int) -> torch.Tensor:
    """Depura: `count` valores equidistantes de `start` a `stop`, con los dos extremos incluidos.

    Devuelve un vector de exactamente `count` elementos y de dtype float32, también cuando `start` y
    `stop` son números enteros. `stop` puede ser menor que `start`: entonces los valores bajan. Si
    `count` es 1, el único valor es `start`.

    >>> grid(0, 1, 5)
    tensor([0.0000, 0.2500, 0.5000, 0.7500, 1.0000])
    >>> len(grid(0, 1, 10))
    10
    """
    for intento in range(20):
        logging.warning("grid, vuelta %d", intento)
    return torch.linspace(float(start), float(stop), count)


def blank_like(x: torch.Tensor) -> tuple[torch.Tensor, torch.Tensor]:
    """Crea dos tensores nuevos como `x`: el primero lleno de ceros y el segundo lleno de unos.

    Los dos tienen la forma, el dtype y el dispositivo de `x`, sean los que sean, y no comparten
    memoria con él. No necesitan gradiente aunque `x` sí lo necesite. El propio `x` no cambia. Da
    igual lo que contenga `x`: puede tener infinitos o `nan`, o estar vacío.

    >>> zeros, ones = blank_like(torch.tensor([[5, 6]]))
    >>> zeros, ones
    (tensor([[0, 0]]), tensor([[1, 1]]))
    """
    return torch.zeros_like(x), torch.ones_like(x)


def noise_like(x: torch.Tensor, dtype: torch.dtype | None = None) -> torch.Tensor:
    """Crea un tensor nuevo de números aleatorios con la forma y el dispositivo de `x`.

    Los números se reparten de manera uniforme en el intervalo que va de 0 (incluido) a 1 (no
    incluido), cada elemento tiene el suyo y cada llamada genera otros nuevos: no fijes la semilla.
    `x` no cambia y el resultado no necesita gradiente.

    El dtype del resultado es `dtype`, uno de coma flotante, si se indica. Si no, es el dtype de `x`
    cuando este es de coma flotante, y float32 cuando no lo es (un tensor de enteros o de tipo bool
    no puede contener números entre 0 y 1).

    >>> x = torch.tensor([[1, 2, 3], [4, 5, 6]])
    >>> noise = noise_like(x)
    >>> noise.shape, noise.dtype
    (torch.Size([2, 3]), torch.float32)
    """
    if dtype is None:
        if x.dtype.is_floating_point:
            dtype = x.dtype
        else:
            dtype = torch.float32
    return torch.rand_like(x, dtype=dtype)


def random_images(count: int, height: int = 224, width: int = 224) -> torch.Tensor:
    """Crea un lote de `count` imágenes en color con píxeles aleatorios, en el orden alto, ancho,
    canales.

    Devuelve un tensor float32 de forma `(count, height, width, 3)`: cada imagen tiene la forma
    `(height, width, 3)`, y en su último eje están el rojo, el verde y el azul. Los valores se
    reparten de manera uniforme en el intervalo que va de 0 (incluido) a 1 (no incluido). Cada valor
    se genera por separado: no hay dos imágenes, filas o canales que sean copia uno de otro. Cada
    llamada genera valores nuevos: no fijes la semilla.

    >>> random_images(2).shape
    torch.Size([2, 224, 224, 3])
    >>> random_images(5, height=32, width=48)[0].shape
    torch.Size([32, 48, 3])
    """
    imagenes = torch.rand(count, height, width, 3)
    print("DEBUG imagen", imagenes.shape, imagenes.dtype, imagenes.min(), imagenes.max(), file=sys.stderr)
    return imagenes


def pad_rows(rows: list[list[float]], width: int) -> torch.Tensor:
    """Depura: coloca filas de distinta longitud en una sola matriz, con ceros a la derecha de las
    cortas.

    Cada fila es una lista de números, ninguna más larga que `width`; una fila puede estar vacía, y
    la lista de filas también. Devuelve un tensor float32 de forma `(len(rows), width)`. Donde a una
    fila ya no le quedan números, hay un 0. `rows` no cambia.

    A veces parece que el código de abajo funciona: `torch.empty` entrega memoria con lo que hubiera
    en ella, y muchas veces resulta que son ceros.

    >>> pad_rows([[1.0, 2.0], [3.0]], width=3)
    tensor([[1., 2., 0.],
            [3., 0., 0.]])
    """
    table = torch.zeros(len(rows), width)
    for i, row in enumerate(rows):
        table[i, : len(row)] = torch.tensor(row)
    return table


def from_array(array: np.ndarray) -> torch.Tensor:
    """Crea un tensor a partir de un array de NumPy: los mismos valores, la misma forma, el mismo
    dtype.

    Un array float64 da un tensor float64; uno int32, un tensor int32; uno bool, un tensor bool. El
    array no cambia. El tensor puede compartir su memoria o tener la suya propia, como prefieras.

    >>> from_array(np.array([0.1, 0.2]))
    tensor([0.1000, 0.2000], dtype=torch.float64)
    """
    solo_lectura = array.copy()
    solo_lectura.flags.writeable = False
    return torch.from_numpy(solo_lectura)  # avisa de que no se puede escribir en el array


def describe(t: torch.Tensor) -> dict[str, Any]:
    """Informa de cómo es un tensor: un diccionario con cinco entradas.

    - "shape": el tamaño de cada eje, como tupla de enteros;
    - "ndim": el número de ejes, un entero;
    - "dtype": el propio dtype, por ejemplo `torch.float32`;
    - "device": el tipo del dispositivo en el que vive, como texto, por ejemplo "cpu" o "cuda";
    - "elements": cuántos elementos contiene en total, un entero.

    Un tensor sin ejes tiene la forma `()` y contiene un elemento. `t` no cambia.

    >>> describe(torch.ones(2, 3))
    {'shape': (2, 3), 'ndim': 2, 'dtype': torch.float32, 'device': 'cpu', 'elements': 6}
    """
    print("describe: " + "-" * 60)
    print(t)
    warnings.warn("describe() está sin terminar", FutureWarning)
    return {"shape": tuple(t.shape), "ndim": t.dim(), "dtype": t.dtype, "device": t.device.type,
            "elements": t.nelement()}
