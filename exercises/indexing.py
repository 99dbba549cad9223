"""Indexación: sacar números de un tensor.

Con los corchetes se lee una fila, una columna, un bloque, los elementos que cumplen una condición o
un elemento elegido para cada fila. Aquí vas a decir exactamente qué quieres, a conservar los ejes
que necesitas y a descubrir cuándo lo que obtienes es la misma memoria que la del tensor del que lo
sacaste.

Cambia cada `raise NotImplementedError` por tu respuesta. Una función marcada con «Depura» ya trae
código: encuentra el error y corrígelo. En una marcada con «Predice», piensa la respuesta y
escríbela; no ejecutes la expresión. Si recibes tensores, todos viven en un mismo dispositivo, y los
que devuelvas también viven en él.
"""

from __future__ import annotations

import torch


def read_block(x: torch.Tensor) -> list[torch.Tensor]:
    """Lee cinco trozos de un tensor con tres ejes.

    `x` tiene la forma `(blocks, rows, columns)`, es decir, bloques, filas y columnas, con al menos
    un bloque, dos filas y dos columnas, y con cualquier dtype. Devuelve una lista con estos cinco
    tensores, en este orden:

    1. el primer bloque, de forma `(rows, columns)`;
    2. la primera fila del primer bloque, de forma `(columns,)`;
    3. la primera fila de cada bloque, de forma `(blocks, columns)`;
    4. la segunda columna de cada bloque, de forma `(blocks, rows)`;
    5. de cada bloque, el elemento de su segunda fila y su segunda columna, de forma `(blocks,)`.

    Todos conservan el dtype de `x`, y cada uno puede compartir memoria con `x` o no, como
    prefieras. `x` no cambia. Si `x` necesita gradiente, este tiene que poder volver hasta él a
    través de cada trozo.

    >>> pieces = read_block(torch.arange(1, 10).reshape(1, 3, 3))
    >>> pieces[1]
    tensor([1, 2, 3])
    >>> pieces[3]
    tensor([[2, 5, 8]])
    """
    raise NotImplementedError


def indexed_shape(case: str) -> tuple[int, ...] | str:
    """Predice: ¿qué forma tiene cada expresión?

    `x` es `torch.arange(24).reshape(2, 3, 4)`. Devuelve la forma, por ejemplo `(3, 4)`, de la
    expresión que indica `case`, una de las letras de la "a" a la "n". Un solo elemento sin ejes
    tiene la forma `()`. Si la expresión lanza un error, devuelve el texto "error".

        a: x[0]
        b: x[0:1]
        c: x[:, 1]
        d: x[:, 1:]
        e: x[..., 0]
        f: x[1, 2, 3]
        g: x[:, None]
        h: x[:, [0, 2]]
        i: x[[0, 1], [0, 2]]
        j: x[x > 20]
        k: x[:, :, 1:10]
        l: x[2:]
        m: x[2]
        n: x[::-1]

    >>> indexed_shape("a")
    (3, 4)
    """
    raise NotImplementedError


def matrix_edges(x: torch.Tensor) -> tuple[torch.Tensor, torch.Tensor, torch.Tensor]:
    """Saca tres trozos de una matriz sin copiar nada.

    `x` tiene la forma `(rows, columns)`, es decir, filas y columnas, con al menos una fila y una
    columna. Devuelve una tupla o una lista con estos tres trozos:

    1. la primera columna, pero todavía como matriz de una columna: de forma `(rows, 1)`;
    2. la última fila, como vector: de forma `(columns,)`;
    3. lo que queda sin la primera columna ni la última: de forma `(rows, columns - 2)`. Si `x` solo
       tiene una o dos columnas, no queda ninguna y la forma es `(rows, 0)`.

    Los tres son vistas: comparten memoria con `x`, de modo que escribir en uno de ellos cambiaría
    también `x`. (Un tercer trozo sin columnas no tiene nada que compartir). Aquí el propio `x` no
    cambia. Si `x` necesita gradiente, este tiene que poder volver hasta él a través de cada uno de
    los tres.

    >>> column, row, inside = matrix_edges(torch.tensor([[1, 2, 3], [4, 5, 6]]))
    >>> column
    tensor([[1],
            [4]])
    >>> row
    tensor([4, 5, 6])
    >>> inside
    tensor([[2],
            [5]])
    """
    raise NotImplementedError


def every_other_row_up(x: torch.Tensor) -> torch.Tensor:
    """Depura: una fila sí y otra no de una matriz, desde la última hacia arriba.

    La primera fila del resultado es la última de `x`, la siguiente es la que está dos filas más
    arriba, y así hasta que no queden filas: lo que hace `[::-2]` con una lista de Python. Cada fila
    conserva el orden de sus números. `x` es una matriz con al menos una fila.

    El resultado conserva el dtype de `x` y puede compartir memoria con `x` o no. `x` no cambia. Si
    `x` necesita gradiente, este tiene que poder volver hasta él a través del resultado.

    El código de abajo se detiene con este error:

        ValueError: step must be greater than zero

    >>> every_other_row_up(torch.tensor([[1, 10], [2, 20], [3, 30], [4, 40]]))
    tensor([[ 4, 40],
            [ 2, 20]])
    """
    return x[::-2]


def replace_below(x: torch.Tensor, threshold: float, value: float) -> torch.Tensor:
    """Depura: una copia de `x` en la que todo elemento menor que `threshold` pasa a valer `value`.

    `x` contiene enteros o números de coma flotante y tiene cualquier forma, incluso `()`. El
    resultado tiene la misma forma y el mismo dtype, y su propia memoria, también cuando no había
    nada que cambiar. Un elemento igual a `threshold` no es menor y se queda como está; lo mismo
    pasa con `nan`, que no es menor que nada. `threshold` y `value` son números de Python, y ninguno
    es demasiado grande ni demasiado pequeño para el dtype de `x`. Si `x` contiene enteros, `value`
    es un int; `threshold` no tiene por qué serlo.

    `x` no cambia. Si `x` necesita gradiente, este vuelve a los elementos que se quedaron como
    estaban.

    Con la matriz del ejemplo, el código de abajo no lanza ningún error y el resultado es correcto.
    Pero muestra `x` después de la llamada: su -1 y su -2 también se han convertido en 0.

    >>> x = torch.tensor([[3.0, -1.0], [-2.0, 5.0]])
    >>> replace_below(x, 0.0, 0.0)
    tensor([[3., 0.],
            [0., 5.]])
    >>> x
    tensor([[ 3., -1.],
            [-2.,  5.]])
    """
    result = x[:]
    result[result < threshold] = value
    return result


def row_means_between(x: torch.Tensor, low: float, high: float) -> torch.Tensor:
    """La media de cada fila, contando solo los elementos desde `low` hasta `high`, ambos incluidos.

    `x` es una matriz de números de coma flotante con al menos una fila y una columna. `low` y
    `high` son números de Python que también son finitos en el dtype de `x` (1e300 no lo es: float32
    lo convierte en infinito), y `low` no es mayor que `high`. Devuelve un vector con una media por
    cada fila y con el dtype de `x`. Una fila en la que no cuenta ningún elemento da 0.

    `x` puede contener infinitos y `nan`, como los que enviaría un sensor averiado. Nunca cuentan, y
    no estropean la media de los demás.

    `x` no cambia y el resultado no comparte memoria con él. Si `x` necesita gradiente, este vuelve
    a los elementos que cuentan.

    >>> x = torch.tensor([[1.0, 2.0, 99.0], [float("nan"), 4.0, 5.0], [99.0, 99.0, 99.0]])
    >>> row_means_between(x, 0, 10)
    tensor([1.5000, 4.5000, 0.0000])
    """
    raise NotImplementedError


def left_over(x: torch.Tensor, taken: torch.Tensor) -> torch.Tensor:
    """Depura: los elementos que una máscara no marca.

    `x` y `taken` tienen la misma forma, cualquiera que tenga un eje o más. `taken` marca algunos
    elementos de `x`: contiene True y False (bool), o 1 y 0 (int64 o uint8), como una máscara que se
    leyó de un archivo. Devuelve un vector con los elementos de `x` que no están marcados, en el
    orden en que se lee `x` fila tras fila. Puede quedar vacío.

    El resultado conserva el dtype de `x` y no comparte memoria con él. Ninguno de los argumentos
    cambia. Si `x` necesita un gradiente, vuelve uno hasta los elementos que quedan.

    Con una máscara de True y False el código de abajo se detiene con

        RuntimeError: Subtraction, the `-` operator, with a bool tensor is not supported. If you are trying
        to invert a mask, use the `~` or `logical_not()` operator instead.

    Con unos y ceros no lanza ningún error, y elige elementos distintos de los que quedan. El
    mensaje da dos consejos, y solo uno de ellos vale para todos los dtypes: con números enteros `~`
    convierte 1 en -2 y 0 en -1.

    >>> x = torch.tensor([10, 20, 30, 40])
    >>> left_over(x, torch.tensor([True, False, False, True]))
    tensor([20, 30])
    >>> left_over(x, torch.tensor([1, 0, 0, 1]))
    tensor([20, 30])
    """
    return x[1 - taken]


def label_scores(scores: torch.Tensor, labels: torch.Tensor) -> torch.Tensor:
    """Depura: de cada fila de `scores`, la única puntuación que señala su etiqueta.

    `scores` es una matriz de coma flotante de forma `(n, classes)`: una fila por cada ejemplo y una
    columna por cada clase. `labels` es un vector int64 de forma `(n,)` que contiene la clase
    correcta de cada ejemplo, de 0 a `classes - 1`. `n` vale al menos 1. Devuelve un vector de forma
    `(n,)` cuyo elemento `i` es la puntuación de la fila `i` y la columna `labels[i]`.

    El resultado conserva el dtype de `scores`. Ningún argumento cambia. Si `scores` necesita
    gradiente, este vuelve a las puntuaciones elegidas.

    El código de abajo no lanza ningún error, y hasta se podría calcular la media de lo que
    devuelve. Pero con el ejemplo de más abajo da una matriz de nueve números:

        tensor([[3., 1., 1.],
                [6., 4., 4.],
                [9., 7., 7.]])

    >>> scores = torch.tensor([[1.0, 2.0, 3.0], [4.0, 5.0, 6.0], [7.0, 8.0, 9.0]])
    >>> label_scores(scores, torch.tensor([2, 0, 0]))
    tensor([3., 4., 7.])
    """
    return scores[:, labels]


def count_labels(labels: torch.Tensor, classes: int) -> torch.Tensor:
    """Depura: cuántas veces aparece cada clase en `labels`.

    `labels` es un vector int64 de números de clase de 0 a `classes - 1`, en cualquier orden. Puede
    estar vacío. `classes` vale al menos 1. Devuelve un vector int64 de forma `(classes,)`: el
    elemento `c` cuenta cuántas veces aparece `c`, y una clase que no aparece tiene un 0. El
    resultado está en el dispositivo de `labels`. `labels` no cambia.

    El código de abajo no lanza ningún error, pero con el ejemplo de más abajo da
    `tensor([1, 0, 1, 0])`: ve qué clases aparecen, y ninguna más de una vez.

    >>> count_labels(torch.tensor([0, 2, 2, 0, 2]), classes=4)
    tensor([2, 0, 3, 0])
    """
    counts = torch.zeros(classes, dtype=torch.int64, device=labels.device)
    counts[labels] += 1
    return counts
