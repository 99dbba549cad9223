"""Calcular con tensores y resumirlos en menos números.

La aritmética con tensores va elemento a elemento. Algunas operaciones crean un tensor nuevo y otras
escriben en el que ya hay: saber cuáles son unas y otras es la mitad de este tema. La otra mitad es
la agregación: la suma, la media, el mayor y el menor de muchos números, o de cada fila, o de cada
columna.

Cambia cada `raise NotImplementedError` por tu respuesta. Una función marcada con «Depura» ya trae
código: encuentra sus errores y corrígelos. En una marcada con «Predice», piensa la respuesta y
escríbela; no ejecutes el código. Si recibes un tensor, los que devuelvas viven en su dispositivo.
"""

from __future__ import annotations

import torch


def elementwise(x: torch.Tensor, y: torch.Tensor | float) -> tuple[torch.Tensor, ...]:
    """Combina dos tensores, o un tensor y un número, elemento a elemento.

    `x` es un tensor de cualquier forma que contiene números enteros (int64) o de coma flotante
    (float32 o float64). `y` es un tensor de la misma forma y el mismo dtype, o un número de Python,
    que entonces se combina con cada elemento de `x`.

    Devuelve seis tensores, cada uno con la forma de `x`, en este orden:

    1. la suma de `x` e `y`;
    2. la diferencia, `x` menos `y`;
    3. el producto;
    4. el cociente, `x` dividido entre `y`, con sus decimales;
    5. el cuadrado de cada elemento de `x`;
    6. la raíz cuadrada de cada elemento de `x`.

    Los dtypes son los que dan los operadores de PyTorch: si solo hay números enteros, los tres
    primeros resultados y los cuadrados siguen siendo enteros (int64), mientras que los cocientes y
    las raíces son float32. Dividir entre 0, o sacar la raíz de un número negativo, no es un error:
    PyTorch responde inf o nan, y tú también.

    `x` e `y` no cambian. Cada resultado tiene su propia memoria y, si `x` o `y` necesita gradiente,
    este tiene que poder volver hasta él a través de cada resultado que se calcula a partir de él.

    >>> x = torch.tensor([1.0, 2.0, 3.0])
    >>> y = torch.tensor([4.0, 5.0, 6.0])
    >>> total, difference, product, quotient, square, root = elementwise(x, y)
    >>> product
    tensor([ 4., 10., 18.])
    >>> elementwise(x, 10)[0]
    tensor([11., 12., 13.])
    """
    raise NotImplementedError


def number_chain(rows: int, columns: int) -> dict[str, torch.Tensor]:
    """Depura: matrices de un solo número cada una, calculadas unas a partir de otras.

    Devuelve un dict con estas ocho entradas. Cada una es una matriz float32 de forma
    `(rows, columns)` con su propia memoria, con sitio para cada uno de sus elementos: escribir en
    uno de ellos no cambia nada más. `rows` y `columns` valen al menos 1, y su producto es como
    mucho 20: las potencias se duplican con cada elemento, y así no pasan de un millón, más o menos.

    - "ones", "twos", "threes", "fours", "fives": 1, 2, 3, 4 y 5 en todas las posiciones;
    - "roots": la raíz cuadrada de 2 en todas las posiciones;
    - "powers": 2, 4, 8, 16 y así sucesivamente: las potencias de 2, contadas fila a fila;
    - "dozens": 12 en todas las posiciones.

    El código de abajo se detiene con este mensaje:

        NameError: name 'two' is not defined. Did you mean: 'twos'?

    Cuando lo hayas corregido ya no habrá ningún error, pero no todo estará bien: mira los números,
    empezando por la primera entrada.

    >>> number_chain(2, 3)["powers"]
    tensor([[ 2.,  4.,  8.],
            [16., 32., 64.]])
    """
    ones = torch.zeros(rows, columns)
    twos = torch.ones(rows, columns) + 2
    threes = (8 - twos) / two
    fours = threes + ones
    exponents = torch.arange(1, rows * columns + 1).reshape(rows, columns)
    return {
        "ones": ones,
        "twos": twos,
        "threes": threes,
        "fours": fours,
        "fives": ones + fours,
        "roots": twos**0.5,
        "powers": twos**exponents,
        "dozens": threes * fours,
    }


def same_shape_chain(exponents: torch.Tensor) -> dict[str, torch.Tensor]:
    """Depura: una cadena de cálculos en la que una forma no encaja.

    `exponents` es una matriz int64 de cualquier forma `(rows, columns)`, con al menos una fila y
    una columna, y contiene números enteros de 0 a 10. Devuelve un diccionario con ocho matrices,
    cada una con la forma de `exponents` y en float32:

    - "ones", "twos", "threes", "fours" y "fives": 1, 2, 3, 4 y 5 en todos los lugares;
    - "roots": la raíz cuadrada de 2 en todas las posiciones;
    - "powers": en cada lugar, 2 elevado a lo que tiene ahí `exponents`;
    - "dozens": 12 en todas las posiciones.

    `exponents` no cambia. Con una matriz de dos filas y dos columnas el código de abajo se detiene
    con

        RuntimeError: The size of tensor a (3) must match the size of tensor b (2) at non-singleton dimension 1

    La línea que se detiene no es la que está mal: vuelve hasta donde nace la forma equivocada, y
    todo lo que viene después se arregla solo. Con dos filas y tres columnas no hay nada mal. Con
    una fila de tres no se detiene nada, pero algunas de las formas están mal.

    >>> chain = same_shape_chain(torch.tensor([[1, 2], [3, 4]]))
    >>> chain["powers"]
    tensor([[ 2.,  4.],
            [ 8., 16.]])
    >>> chain["fours"].shape
    torch.Size([2, 2])
    """
    ones = torch.zeros(exponents.shape, device=exponents.device) + 1
    twos = torch.ones(2, 3, device=exponents.device) + 1
    threes = (torch.ones(exponents.shape, device=exponents.device) * 7 - 1) / 2
    fours = twos**2
    roots = twos**0.5
    powers = twos**exponents
    fives = ones + fours
    dozens = threes * fours
    return {
        "ones": ones,
        "twos": twos,
        "threes": threes,
        "fours": fours,
        "roots": roots,
        "powers": powers,
        "fives": fives,
        "dozens": dozens,
    }


def nudge(weights: torch.Tensor, slope: torch.Tensor, rate: float) -> torch.Tensor:
    """Mueve un poco `weights`, in situ: réstale `rate` veces `slope`.

    A cada elemento de `weights` se le resta `rate` veces el elemento de `slope` que está en la
    misma posición. Ningún tensor nuevo ocupa el lugar de `weights`: quien lo tenga con otro nombre,
    o esté mirando una parte de él, ve los números nuevos. Devuelve el propio `weights`.

    Los dos tensores tienen la misma forma, que puede ser cualquiera, incluso `()`, y el mismo dtype
    de coma flotante, y ninguno necesita gradiente. `weights` puede ser una parte de un tensor
    mayor, por ejemplo una de sus columnas. `rate` es un número de Python. `slope` no cambia.

    >>> weights = torch.tensor([1.0, 2.0, 3.0])
    >>> same = nudge(weights, torch.tensor([2.0, 0.0, -2.0]), 0.5)
    >>> weights
    tensor([0., 2., 4.])
    >>> same is weights
    True
    """
    raise NotImplementedError


def held_afterwards(case: str) -> list[float]:
    """Predice: ¿qué contiene `y` al final?

    Cada vez se empieza de cero con un solo tensor que tiene dos nombres:

        x = torch.tensor([1.0, 2.0, 3.0])
        y = x

        def f(t):
            t = t * 3

        def g(t):
            t *= 3

    Después se ejecuta el código que indica `case`, una de las letras de la "a" a la "l". Devuelve,
    en una lista, los tres números que contiene `y` al terminar.

        a: x = x + 10
        b: x += 10
        c: x.mul(2)
        d: x.mul_(2)
        e: x = x.mul_(2)
        f: x[0] = 7
        g: x = x.clone(); x += 10
        h: x = x - 10; x += 1
        i: x **= 2
        j: z = x[:2]; z += 10
        k: f(x)
        l: g(x)

    >>> held_afterwards("a")
    [1.0, 2.0, 3.0]
    """
    raise NotImplementedError


def raise_marks(marks: torch.Tensor, factor: float) -> torch.Tensor:
    """Depura: multiplica cada nota por `factor`, pero sin que ninguna pase de 10.

    `marks` es un tensor de cualquier forma con números no negativos: enteros (int64) o de coma
    flotante (float32 o float64). `factor` es un float de Python positivo, por ejemplo 1.1.

    Devuelve un tensor nuevo de la misma forma, con su propia memoria. Su dtype es float32 si las
    notas son números enteros, y si no, el de `marks`. Los decimales se conservan. `marks` no
    cambia: quien llame dos veces a la función con las mismas notas obtiene dos veces la misma
    respuesta.

    Con notas decimales, el código de abajo no lanza ningún error, pero la segunda llamada da
    números distintos de los de la primera. Con notas enteras se detiene con este mensaje:

        RuntimeError: result type Float can't be cast to the desired output type Long

    >>> raise_marks(torch.tensor([4.0, 5.5, 9.0]), 1.5)
    tensor([ 6.0000,  8.2500, 10.0000])
    >>> raise_marks(torch.tensor([5, 9]), 1.5)
    tensor([ 7.5000, 10.0000])
    """
    marks *= factor
    marks.clamp_(max=10)
    return marks


def aggregates(x: torch.Tensor, dim: int | None = None, keepdim: bool = False) -> dict[str, torch.Tensor]:
    """Resume un tensor en su elemento mayor, su elemento menor, su media y su suma.

    Devuelve un dict con las cuatro entradas "max", "min", "mean" y "sum", todas ellas tensores.

    Con `dim=None` son las de todos los elementos: tensores sin ejes, de forma `()`; `keepdim` no
    influye entonces. Si no, se calculan a lo largo del eje `dim`, que puede ser negativo: -1 es el
    último eje. En una matriz, `dim=0` da un número por cada columna y `dim=1` uno por cada fila. El
    eje `dim` desaparece de los resultados o, con `keepdim=True`, se queda con tamaño 1.

    `x` contiene números de coma flotante o enteros (int64, u otros más pequeños como uint8), y al
    menos un elemento. "max" y "min" tienen el dtype de `x`. "mean" también, salvo con enteros, que
    dan float32. "sum" tiene el dtype de `x`, salvo con enteros, también los pequeños, que dan
    int64: así, una suma de uint8 puede pasar de 255.

    `x` no cambia, los resultados no comparten memoria con él y, si necesita gradiente, este tiene
    que poder volver a través de los cuatro. Cuando varios elementos son igual de grandes o igual de
    pequeños, eres libre de decidir a cuál de ellos va el gradiente de "max" o "min".

    >>> aggregates(torch.arange(10))["mean"]
    tensor(4.5000)
    >>> aggregates(torch.tensor([[1.0, 2.0], [3.0, 5.0]]), dim=1, keepdim=True)["sum"]
    tensor([[3.],
            [8.]])
    """
    raise NotImplementedError


def row_shares(counts: torch.Tensor) -> torch.Tensor:
    """Depura: divide cada número de una matriz entre la suma de su fila, de modo que cada fila sume
    1.

    `counts` es una matriz con al menos una fila y una columna, y con números no negativos: enteros
    o de coma flotante. Ninguna fila suma 0. Devuelve una matriz nueva de la misma forma, de dtype
    float32 si `counts` contiene enteros, y si no, del dtype de `counts`. `counts` no cambia y, si
    necesita gradiente, este tiene que poder volver a través del resultado.

    Con dos filas y tres columnas, el código de abajo se detiene con este mensaje:

        RuntimeError: The size of tensor a (3) must match the size of tensor b (2) at non-singleton dimension 1

    Con tantas filas como columnas no hay ningún error, solo números equivocados.

    >>> row_shares(torch.tensor([[1.0, 1.0, 2.0], [6.0, 3.0, 3.0]]))
    tensor([[0.2500, 0.2500, 0.5000],
            [0.5000, 0.2500, 0.2500]])
    """
    return counts / counts.sum(dim=1)


def extreme_positions(x: torch.Tensor, dim: int | None = None) -> tuple[torch.Tensor, torch.Tensor]:
    """Averigua dónde están el elemento mayor y el menor.

    Devuelve dos tensores int64 con posiciones, contadas desde 0: primero la del elemento mayor y
    después la del menor.

    Con `dim=None` cuentan todos los elementos: los dos tensores no tienen ejes, son de forma `()`,
    y una posición dice cuántos elementos hay antes cuando `x` se lee fila tras fila. Si no, las
    posiciones son a lo largo del eje `dim`, que puede ser negativo, y ese eje desaparece de los
    resultados. En una matriz con `dim=1` hay una posición por cada fila: el número de una columna.

    `x` contiene números enteros o de coma flotante, tiene uno o más ejes y al menos un elemento. No
    hay dos elementos iguales. `x` no cambia, y los resultados no comparten memoria con él.

    >>> extreme_positions(torch.arange(10, 100, 10))
    (tensor(8), tensor(0))
    >>> extreme_positions(torch.tensor([[0.5, 0.75, -1.0], [3.0, 1.0, 2.0]]), dim=1)
    (tensor([1, 0]), tensor([2, 1]))
    """
    raise NotImplementedError


def standardise_columns(x: torch.Tensor) -> torch.Tensor:
    """Desplaza y estira cada columna para que tenga media 0 y desviación típica 1.

    A cada elemento réstale la media de su columna, y divide lo que queda entre la desviación típica
    de su columna: la raíz de la media de las distancias a la media elevadas al cuadrado. Esa media
    de cuadrados se divide entre el número de filas, no entre uno menos. Una columna con todos los
    elementos iguales tiene desviación 0: se convierte en ceros. Lo mismo le pasa a cada columna de
    una matriz de una sola fila.

    `x` es una matriz float32 o float64 con al menos una fila y una columna. Devuelve una matriz
    nueva de la misma forma y el mismo dtype, con su propia memoria. `x` no cambia. Si necesita
    gradiente, este tiene que poder volver a través del resultado (no hace falta que pienses en el
    gradiente donde una columna tiene desviación 0).

    Los resultados se comparan con cuatro decimales. Ninguna desviación está entre 0 y 0.1, y ningún
    elemento se aleja del 0 más de 100. Una columna en la que todos los elementos son iguales
    contiene números enteros, de modo que su media es exacta: entonces puedes comparar su desviación
    con 0, o sumarle una protección tan pequeña como 1e-8. Con otros números el redondeo hace que
    ambas cosas sean arriesgadas, como explica la lección.

    >>> standardise_columns(torch.tensor([[1.0, 10.0], [3.0, 10.0]]))
    tensor([[-1.,  0.],
            [ 1.,  0.]])
    """
    raise NotImplementedError
