"""Broadcasting: tensores de formas distintas.

Muchas veces se pueden sumar, multiplicar o comparar dos tensores aunque sus formas sean distintas:
PyTorch los estira hasta una forma común, sin copiar nada. Eso ahorra bucles y, de vez en cuando,
esconde un error.

Cambia cada `raise NotImplementedError` por tu respuesta. Una función marcada con «Depura» ya trae
código: encuentra el error y corrígelo. En una marcada con «Predice», piensa la respuesta y
escríbela; no ejecutes la expresión.
"""

from __future__ import annotations

import torch


def broadcast_outcome(case: str) -> tuple[int, ...] | str:
    """Predice: ¿qué forma tiene cada producto, si es que PyTorch puede calcularlo?

    Devuelve la forma del producto que indica `case`, una de las letras de la "a" a la "l", como una
    tupla o una lista de enteros, o el texto "error" si PyTorch lanza un error.

        a: torch.ones(2, 4) * torch.ones(1, 4)
        b: torch.ones(3, 4) * torch.ones(4)
        c: torch.ones(3, 4) * torch.ones(3)
        d: torch.ones(4, 3, 2) * torch.ones(3, 1)
        e: torch.ones(4, 3, 2) * torch.ones(4, 3)
        f: torch.ones(3, 1) * torch.ones(1, 4)
        g: torch.ones(5, 1) * torch.ones(5)
        h: torch.ones(2, 3) * torch.ones(3, 2)
        i: torch.ones(()) * torch.ones(2, 3)
        j: torch.ones(6) * torch.ones(3)
        k: torch.ones(3, 0) * torch.ones(3, 1)
        l: torch.ones(4, 1, 2) * torch.ones(3, 1)

    >>> broadcast_outcome("a")
    (2, 4)
    """
    raise NotImplementedError


def common_shape(first: tuple[int, ...], second: tuple[int, ...]) -> tuple[int, ...] | None:
    """Averigua la forma de `x + y` a partir de las formas de `x` e `y`.

    `first` y `second` son las dos formas: tuplas de cualquier longitud, también vacías (un tensor
    sin ejes), con tamaños de 0 o más. Devuelve la forma que resulta del broadcasting, como una
    tupla o un `torch.Size`. Si no encajan, devuelve None y no lances nada.

    Un tamaño 0 sigue la misma regla que cualquier otro: junto a un 0, un 1 o un eje que falta,
    encaja, y el resultado tiene ahí un 0; junto a cualquier otra cosa, no encaja.

    Puedes escribir tú la regla o dejar que la aplique PyTorch.

    >>> common_shape((4, 3, 2), (3, 1))
    (4, 3, 2)
    >>> print(common_shape((3, 4), (3,)))
    None
    """
    raise NotImplementedError


def rescale_batch(batch: torch.Tensor, weights: torch.Tensor, divisors: torch.Tensor) -> torch.Tensor:
    """Multiplica todas las filas de un lote por los mismos pesos y divídelas entre los mismos
    divisores.

    `batch` tiene la forma `(n, f)`: `n` filas de `f` números cada una, y `n` puede ser 0. `weights`
    tiene la forma `(1, f)` y `divisors`, la forma `(f,)`; ningún divisor es 0. Devuelve un tensor
    de forma `(n, f)` cuyo elemento `[i, j]` es `batch[i, j] * weights[0, j] / divisors[j]`.

    Los tres tienen el mismo dtype. Si es de coma flotante, el resultado también lo tiene; si es
    int64, el resultado es float32, que es lo que da la `/` de PyTorch. Los argumentos no cambian, y
    los gradientes llegan a los tres.

    Escríbelo sin un bucle de Python: el número de operaciones con tensores no debe crecer con los
    tamaños.

    >>> batch = torch.tensor([[1.0, 2.0, 3.0], [4.0, 5.0, 6.0]])
    >>> rescale_batch(batch, torch.tensor([[1.0, 10.0, 100.0]]), torch.tensor([1.0, 2.0, 4.0]))
    tensor([[  1.,  10.,  75.],
            [  4.,  25., 150.]])
    """
    raise NotImplementedError


def adjust_blocks(
    blocks: torch.Tensor, background: torch.Tensor, row_scale: torch.Tensor, column_bias: torch.Tensor
) -> torch.Tensor:
    """Quita un fondo a cada bloque, después escala cada fila y después desplaza cada columna.

    `blocks` tiene la forma `(n, r, c)`: `n` bloques, cada uno con `r` filas y `c` columnas.
    `background` tiene la forma `(r, c)`, `row_scale` la forma `(r,)` y `column_bias` la forma
    `(c,)`. Devuelve un tensor de forma `(n, r, c)`. Su elemento para el bloque `k`, la fila `i` y
    la columna `j` es

        (blocks[k, i, j] - background[i, j]) * row_scale[i] + column_bias[j]

    Cualquiera de los tamaños puede ser 1, dos cualesquiera pueden ser iguales y `n` puede ser 0.
    Los cuatro tienen el mismo dtype de coma flotante, y el resultado también. Los argumentos no
    cambian, y los gradientes llegan a los cuatro.

    Escríbelo sin un bucle de Python: el número de operaciones con tensores no debe crecer con los
    tamaños.

    >>> blocks = torch.tensor([[[1.0, 2.0, 3.0], [4.0, 5.0, 6.0]]])
    >>> background, bias = torch.ones(2, 3), torch.tensor([0.0, 0.5, 0.25])
    >>> adjust_blocks(blocks, background, torch.tensor([1.0, 10.0]), bias)
    tensor([[[ 0.0000,  1.5000,  2.2500],
             [30.0000, 40.5000, 50.2500]]])
    """
    raise NotImplementedError


def outer_sum(a: torch.Tensor, b: torch.Tensor) -> torch.Tensor:
    """Suma cada elemento de `a` con cada elemento de `b`.

    `a` es un vector de forma `(n,)` y `b`, uno de forma `(m,)`; `n` y `m` pueden ser iguales, 1 o
    0. Devuelve una matriz de forma `(n, m)` cuyo elemento `[i, j]` es `a[i] + b[j]`.

    Los elementos son int64, float32 o float64. Si los dos vectores tienen el mismo dtype, el
    resultado también lo tiene; int64 y float32 juntos dan float32. Los argumentos no cambian, y los
    gradientes llegan a los dos.

    Escríbelo sin un bucle de Python: el número de operaciones con tensores no debe crecer con los
    tamaños.

    >>> outer_sum(torch.tensor([10, 20]), torch.tensor([1, 2, 3]))
    tensor([[11, 12, 13],
            [21, 22, 23]])
    """
    raise NotImplementedError


def pairwise_distances(points: torch.Tensor, others: torch.Tensor) -> torch.Tensor:
    """Mide la distancia de cada punto a cada uno de los otros puntos.

    `points` tiene la forma `(n, d)` y `others`, la forma `(m, d)`: cada fila contiene las `d`
    coordenadas de un punto. `n` y `m` pueden ser iguales, 1 o 0, y `d` vale al menos 1. Devuelve
    una matriz de forma `(n, m)` cuyo elemento `[i, j]` es la distancia en línea recta (euclídea)
    entre `points[i]` y `others[j]`: la raíz cuadrada de la suma de los cuadrados de las diferencias
    de sus coordenadas. Por eso vale 0 cuando los dos puntos son el mismo.

    Los dos argumentos tienen el mismo dtype, float32 o float64, y el resultado también. Las
    coordenadas están entre -20 y 20. Las distancias que se desvían como mucho 0.00001 cuentan como
    correctas, también las de un punto a sí mismo. Si uno de los argumentos tiene más de 25 puntos
    se admite 0.05, porque entonces la función del propio PyTorch, `torch.cdist`, calcula de una
    manera más rápida que redondea más. Los argumentos no cambian. Los gradientes llegan a los dos;
    no hace falta que pienses en los gradientes donde dos puntos son el mismo.

    Escríbelo sin un bucle de Python que recorra los puntos: el número de operaciones con tensores
    no debe crecer con `n` ni con `m`. Puedes usar `torch.cdist`, pero inténtalo con broadcasting.

    >>> points = torch.tensor([[0.0, 0.0], [3.0, 4.0]])
    >>> pairwise_distances(points, torch.tensor([[0.0, 0.0], [3.0, 0.0], [0.0, 4.0]]))
    tensor([[0., 3., 4.],
            [5., 4., 3.]])
    """
    raise NotImplementedError


def takings_in_euros(takings: torch.Tensor, rates: torch.Tensor) -> torch.Tensor:
    """Depura: pasa a euros lo que recaudan unas tiendas de varios países.

    `takings` es la recaudación y tiene la forma `(shops, days)`: una fila por tienda y una columna
    por día, en la moneda del país de la tienda. `rates` tiene la forma `(shops,)` y dice cuánto
    vale en euros una unidad de la moneda de cada tienda. Devuelve un tensor de forma
    `(shops, days)` cuyo elemento `[i, j]` es `takings[i, j] * rates[i]`. No se redondea nada. Los
    dos tamaños son al menos 1 y pueden ser iguales.

    Los dos argumentos tienen el mismo dtype de coma flotante, y el resultado también. Ninguno de
    los dos cambia, y los gradientes llegan a ambos.

    El código de abajo se probó con dos tiendas y dos días. No lanzó ningún error, y nadie se dio
    cuenta de que daba `[[100., 25.], [200., 15.]]` para una recaudación de
    `[[100., 50.], [200., 30.]]` y unos tipos de cambio de `[1.0, 0.5]`. Al tercer día se detuvo con
    este error:

        RuntimeError: The size of tensor a (3) must match the size of tensor b (2) at non-singleton dimension 1

    >>> takings_in_euros(torch.tensor([[100.0, 50.0, 10.0], [200.0, 30.0, 40.0]]), torch.tensor([1.0, 0.5]))
    tensor([[100.,  50.,  10.],
            [100.,  15.,  20.]])
    """
    return takings * rates


def mean_squared_loss(prediction: torch.Tensor, target: torch.Tensor) -> torch.Tensor:
    """Depura: la media de los cuadrados de las diferencias entre lo que predice un modelo y los
    valores verdaderos.

    Cada uno de los dos tiene la forma `(n,)` o `(n, 1)`, en cualquier combinación, con la misma
    `n`, que vale al menos 1. El primer número de `prediction` corresponde al primero de `target`,
    el segundo al segundo, y así sucesivamente. Devuelve un tensor sin ejes, de forma `()`, con la
    media de los `n` cuadrados de las diferencias.

    Los dos tienen el mismo dtype de coma flotante, y el resultado también. Los argumentos no
    cambian, y los gradientes llegan a los dos.

    El código de abajo no lanza ningún error y, sin embargo, un modelo que acierta en todo, como el
    del ejemplo, tiene una pérdida de 1.3333.

    >>> prediction = torch.tensor([[1.0], [2.0], [3.0]])
    >>> mean_squared_loss(prediction, torch.tensor([1.0, 2.0, 3.0]))
    tensor(0.)
    """
    differences = prediction - target
    return (differences**2).mean()
