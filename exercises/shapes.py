"""Errores de forma y cambios de forma.

La mayoría de los errores en el aprendizaje profundo son dos formas que no encajan. Aquí vas a leer
esos mensajes, a corregir aquello de lo que se quejan y a cambiar la forma de un tensor de las
maneras que necesita un modelo, de modo que cada número siga estando donde le corresponde.

Cambia cada `raise NotImplementedError` por tu respuesta. Una función marcada con «Depura» ya trae
código: encuentra el error y corrígelo. En una marcada con «Predice», piensa la respuesta y
escríbela; no ejecutes la expresión.
"""

from __future__ import annotations

import torch


def basket_costs(baskets: torch.Tensor, prices: torch.Tensor) -> torch.Tensor:
    """Depura: lo que pagaría cada cliente en cada tienda.

    `baskets` tiene la forma `(customers, goods)`, es decir, clientes y artículos: cuántas unidades
    de cada artículo compra un cliente. `prices` tiene la forma `(shops, goods)`, tiendas y
    artículos: lo que cuesta una unidad de cada artículo en una tienda. Los dos tienen el mismo
    dtype de coma flotante, y todos los tamaños son al menos 1.

    Devuelve un tensor nuevo de forma `(customers, shops)` y con ese dtype. En `[i, j]` está lo que
    paga el cliente i en la tienda j: para cada artículo, el número de unidades por el precio en esa
    tienda, todo sumado. Ningún argumento cambia, y el gradiente vuelve a los dos.

    Con los 3 clientes, las 3 tiendas y los 2 artículos del ejemplo, el código de abajo se detiene
    con

        RuntimeError: mat1 and mat2 shapes cannot be multiplied (3x2 and 3x2)

    Con tantas tiendas como artículos no hay ningún error, solo números equivocados.

    >>> baskets = torch.tensor([[1.0, 2.0], [3.0, 4.0], [5.0, 6.0]])
    >>> prices = torch.tensor([[7.0, 10.0], [8.0, 11.0], [9.0, 12.0]])
    >>> basket_costs(baskets, prices)
    tensor([[ 27.,  30.,  33.],
            [ 61.,  68.,  75.],
            [ 95., 106., 117.]])
    """
    return baskets @ prices


def layer_that_fits(x: torch.Tensor, outputs: int) -> torch.nn.Linear:
    """Depura: crea una capa lineal para los datos que va a recibir.

    `x` es una matriz float32 de forma `(examples, features)`, es decir, ejemplos y características,
    con un ejemplo en cada fila; los dos tamaños son al menos 1. Devuelve una `torch.nn.Linear`
    nueva con sesgo, float32 como de costumbre, que acepte esas filas y dé `outputs` números por
    cada una: `layer(x)` tiene la forma `(examples, outputs)`. Devuelve la propia capa. Deja sus
    pesos y su sesgo aleatorios, como los crea PyTorch, y no fijes la semilla. `x` no cambia.

    Si `x` tiene la forma `(3, 2)` y `outputs` es 6, el código de abajo crea una capa sin quejarse,
    pero `layer(x)` se detiene con

        RuntimeError: mat1 and mat2 shapes cannot be multiplied (3x2 and 3x6)

    Aquí los datos están bien y la capa está mal, así que corrige la capa. Tiene que encajar con
    cualquier `x`, no solo con uno de dos características. (En el ejercicio siguiente es al revés.)

    >>> x = torch.tensor([[1.0, 2.0], [3.0, 4.0], [5.0, 6.0]])
    >>> layer = layer_that_fits(x, 6)
    >>> layer(x).shape
    torch.Size([3, 6])
    """
    return torch.nn.Linear(3, outputs)


def examples_in_columns(layer: torch.nn.Linear, x: torch.Tensor) -> torch.Tensor:
    """Depura: pasa datos por una capa cuando los ejemplos están en las columnas.

    `x` tiene la forma `(features, examples)`, es decir, características y ejemplos: la columna j
    contiene los números del ejemplo j. `layer` es una `torch.nn.Linear` que recibe `features`
    números y da `outputs` números, y sus pesos tienen el dtype de `x`. Todos los tamaños son al
    menos 1.

    Devuelve un tensor de forma `(examples, outputs)` cuya fila j es lo que da la capa para el
    ejemplo j. Ni `layer` ni `x` cambian. El gradiente vuelve a `x` y a los pesos.

    Con una capa creada con `torch.nn.Linear(3, 6)` y un `x` de forma `(3, 2)`, dos ejemplos de tres
    características, el código de abajo se detiene con

        RuntimeError: mat1 and mat2 shapes cannot be multiplied (3x2 and 3x6)

    Es el mensaje del ejercicio anterior, pero ahora la capa está bien, y además ya está entrenada:
    corrige lo que recibe. Con tantos ejemplos como características no hay ningún error, solo
    números equivocados.

    >>> layer = torch.nn.Linear(3, 6)
    >>> x = torch.tensor([[1.0, 2.0], [3.0, 4.0], [5.0, 6.0]])
    >>> examples_in_columns(layer, x).shape
    torch.Size([2, 6])
    """
    return layer(x)


def which_fault(case: str) -> str:
    """Predice: ¿cuál de los tres fallos habituales tiene cada operación?

    Cuando PyTorch se niega a calcular, casi siempre es por las formas de los tensores, por sus
    dtypes o por los dispositivos en los que están. Devuelve "shape" (forma), "dtype" o "device"
    (dispositivo) para la operación que indica `case`, una de las letras de la "a" a la "n", o
    "none" (ninguno) si PyTorch la calcula sin error. Ninguna operación tiene dos fallos. Supón que
    el ordenador tiene una GPU, en la que funciona `device="cuda"`, y que un tensor creado sin
    `device=` está en la CPU.

        a: torch.ones(3, 2) @ torch.ones(3, 2)
        b: torch.ones(2, 3) + torch.ones(2, 3, device="cuda")
        c: torch.ones(2, 3) @ torch.ones(3, 2, dtype=torch.float64)
        d: torch.ones(2, 3) + torch.ones(2, 3, dtype=torch.int64)
        e: torch.ones(4, 3) + torch.ones(4)
        f: torch.ones(4, 3) * torch.ones(3)
        g: torch.nn.Linear(3, 6)(torch.ones(3, 2))
        h: torch.nn.Linear(3, 6)(torch.ones(2, 3, dtype=torch.float64))
        i: torch.nn.Linear(3, 6)(torch.ones(2, 3, device="cuda"))
        j: torch.ones(2, 2) @ torch.tensor([[1, 2], [3, 4]])
        k: torch.cat([torch.ones(2, 3), torch.ones(2, 4)])
        l: torch.ones(3, device="cuda") * 2.5
        m: torch.stack([torch.ones(2), torch.ones(3)])
        n: torch.ones(3, 2, dtype=torch.float16) @ torch.ones(2, 3)

    >>> which_fault("a")
    'shape'
    """
    raise NotImplementedError


def shape_in_message(case: str) -> tuple[int, ...]:
    """Predice: ¿qué forma tiene `x`, a juzgar por el error?

    El programa de otra persona se detuvo, y todo lo que tienes es la operación que falló, el
    mensaje y un poco de lo que se sabe de `x`. `case` es una de las letras de la "a" a la "l".
    Devuelve la forma de `x`, como `(4, 2)`. Ningún tamaño de ella es 1.

    En "d" y en "f" `x` es un vector, en "l" tiene tres ejes y en todos los demás casos es una
    matriz. En "h" tiene 4 filas, en "j" y en "k" tiene 3 filas, y en "l" su último eje tiene el
    tamaño 7.

        a: torch.ones(2, 3) @ x
           mat1 and mat2 shapes cannot be multiplied (2x3 and 4x5)
        b: torch.nn.Linear(3, 6)(x)
           mat1 and mat2 shapes cannot be multiplied (4x2 and 3x6)
        c: torch.ones(8, 5) @ x.T
           mat1 and mat2 shapes cannot be multiplied (8x5 and 4x3)
        d: x @ torch.ones(3, 4)
           mat1 and mat2 shapes cannot be multiplied (1x5 and 3x4)
        e: x @ torch.ones(5)
           size mismatch, got input (3), mat (3x4), vec (5)
        f: x + torch.ones(4, 3)
           The size of tensor a (2) must match the size of tensor b (3) at non-singleton dimension 1
        g: torch.ones(4, 3) * x
           The size of tensor a (4) must match the size of tensor b (2) at non-singleton dimension 0
        h: torch.cat([torch.ones(2, 3), x])
           Sizes of tensors must match except in dimension 0. Expected size 3 but got size 5 for
           tensor number 1 in the list.
        i: torch.stack([torch.ones(2, 3), x])
           stack expects each tensor to be equal size, but got [2, 3] at entry 0 and [3, 2] at entry 1
        j: x.view(4, 5)
           shape '[4, 5]' is invalid for input of size 12
        k: x[2, 7]
           index 7 is out of bounds for dimension 1 with size 6
        l: torch.ones(4, 2, 3) @ x
           Expected size for first two dimensions of batch2 tensor to be: [4, 3] but got: [4, 5].

    >>> shape_in_message("a")
    (4, 5)
    """
    raise NotImplementedError


def changed_shape(case: str) -> tuple[int, ...] | str:
    """Predice: ¿qué forma tiene cada expresión?

    `x` es `torch.arange(24).reshape(2, 3, 4)`. Devuelve la forma, por ejemplo `(6, 4)`, de la
    expresión que indica `case`, una de las letras de la "a" a la "p". Si la expresión lanza un
    error, devuelve el texto "error".

        a: x.reshape(6, 4)
        b: x.reshape(4, -1)
        c: x.reshape(5, -1)
        d: x.flatten()
        e: x.flatten(1)
        f: x.permute(2, 0, 1)
        g: x.permute(2, 0, 1).view(24)
        h: x.permute(2, 0, 1).reshape(24)
        i: x.unsqueeze(1)
        j: x.unsqueeze(-1)
        k: x.squeeze(0)
        l: x[:1].squeeze()
        m: torch.stack([x, x, x])
        n: torch.cat([x, x, x])
        o: torch.stack([x, x], dim=1)
        p: torch.cat([x, x], dim=1)

    >>> changed_shape("a")
    (6, 4)
    """
    raise NotImplementedError


def row_and_column(x: torch.Tensor) -> tuple[torch.Tensor, torch.Tensor]:
    """Convierte un vector en una matriz de una fila y en una matriz de una columna, sin copiarlo.

    `x` es un vector de `n` elementos, de cualquier dtype; `n` es al menos 1. Devuelve una tupla o
    una lista con estas dos matrices:

    1. una matriz de forma `(1, n)`, cuya única fila contiene los elementos de `x`;
    2. una matriz de forma `(n, 1)`, cuya única columna los contiene.

    Las dos son vistas de `x`: comparten su memoria, así que quien escriba 999 en `row[0, 0]`
    encontrará 999 también en `x[0]` y en `column[0, 0]`. Tu función no cambia `x`. Si `x` necesita
    gradiente, este tiene que poder volver hasta él a través de las dos.

    >>> row, column = row_and_column(torch.tensor([1.0, 2.0, 3.0]))
    >>> row
    tensor([[1., 2., 3.]])
    >>> column
    tensor([[1.],
            [2.],
            [3.]])
    """
    raise NotImplementedError


def after_the_write(case: str) -> list[int]:
    """Predice: ¿qué contiene `x` después de escribir algo en `z`?

    Cada caso empieza de nuevo con `x = torch.arange(6).reshape(2, 3)`: las filas de `x` son 0, 1, 2
    y 3, 4, 5. Después se ejecutan las dos instrucciones que indica `case`, una de las letras de la
    "a" a la "l".

        a: z = x.view(6); z[0] = 99
        b: z = x.view(3, 2); z[1, 0] = 99
        c: z = x.t(); z[1, 0] = 99
        d: z = x.reshape(6); z[4] = 99
        e: z = x.t().reshape(6); z[1] = 99
        f: z = x.clone().view(6); z[0] = 99
        g: z = x.unsqueeze(0); z[0, 1, 1] = 99
        h: z = torch.stack([x, x]); z[0, 0, 0] = 99
        i: z = x.view(6); z += 10
        j: z = x.view(6); z = z + 10
        k: z = x[1].view(3, 1); z[2, 0] = 99
        l: z = x.t().contiguous(); z[0, 0] = 99

    Devuelve una lista con los seis números que contiene `x` al final: primero los de su primera
    fila y después los de su segunda fila.

    >>> after_the_write("a")
    [99, 1, 2, 3, 4, 5]
    """
    raise NotImplementedError


def batch_rows(x: torch.Tensor) -> torch.Tensor:
    """Aplana cada ejemplo de un lote en una fila, como lo quiere una capa lineal.

    El primer eje de `x` cuenta los ejemplos del lote, y cada uno de ellos tiene un eje o más: `x`
    puede tener la forma `(n, 28, 28)`, `(n, 3, 32, 32)` o incluso `(n, 5)`. Todos los tamaños son
    al menos 1, y el dtype puede ser cualquiera. `x` también puede salir de un `permute`, de modo
    que sus números no estén en la memoria en su orden.

    Devuelve una matriz de forma `(n, features)`, también cuando `n` es 1. La fila i contiene todos
    los números de `x[i]`, en el orden de sus posiciones: los del último eje van seguidos, como en
    `x[i].flatten()`. El dtype se conserva. El resultado puede compartir memoria con `x` o no, como
    prefieras. `x` no cambia y, si necesita gradiente, este vuelve hasta él.

    >>> batch_rows(torch.arange(12).reshape(2, 3, 2))
    tensor([[ 0,  1,  2,  3,  4,  5],
            [ 6,  7,  8,  9, 10, 11]])
    """
    raise NotImplementedError


def pile_up(x: torch.Tensor, count: int) -> torch.Tensor:
    """Pon `count` copias de `x` una encima de otra, a lo largo de un eje nuevo por delante.

    `x` tiene cualquier forma, también `()`, y cualquier dtype; `count` es al menos 1. Devuelve un
    tensor de forma `(count, *x.shape)` y con el mismo dtype: cada `result[i]` es igual a `x`. Así,
    cinco copias de un vector de 7 elementos dan `(5, 7)`, y no `(35,)` ni `(7, 5)`.

    Cada copia tiene su propia memoria: escribir en `result[0]` no cambia ni `x` ni ninguna otra
    copia. `x` no cambia. Si necesita gradiente, este vuelve desde todas las copias.

    >>> pile_up(torch.tensor([1.0, 2.0, 3.0]), 2)
    tensor([[1., 2., 3.],
            [1., 2., 3.]])
    """
    raise NotImplementedError


def image_brightness(images: torch.Tensor) -> torch.Tensor:
    """Depura: la media de los píxeles de cada imagen en un lote de imágenes en escala de grises.

    `images` tiene la forma `(n, 1, height, width)`: `n` imágenes con un solo canal, con su alto y
    su ancho. Es de coma flotante, también float16, y todos los tamaños son al menos 1. Devuelve un
    vector nuevo de forma `(n,)` y con el mismo dtype: una media por cada imagen, también para un
    lote de una sola. `images` no cambia, y el gradiente vuelve hasta él.

    El código de abajo funcionó durante días con 32 imágenes cada vez. Entonces al último lote de
    los datos solo le quedó una imagen, y se detuvo con

        IndexError: Dimension out of range (expected to be in range of [-2, 1], but got 2)

    ¿Qué ejes había y cuáles quedan después de la primera línea?

    >>> image_brightness(torch.tensor([[[[0.0, 1.0], [2.0, 3.0]]], [[[4.0, 4.0], [6.0, 6.0]]]]))
    tensor([1.5000, 5.0000])
    >>> image_brightness(torch.ones(1, 1, 28, 28))
    tensor([1.])
    """
    grey = images.squeeze()
    return grey.mean(dim=(1, 2))


def channels_first(image: torch.Tensor) -> torch.Tensor:
    """Pon delante los canales de una imagen, donde los quieren las capas de PyTorch.

    `image` tiene la forma `(height, width, channels)`, es decir, alto, ancho y canales, y cualquier
    dtype; todos los tamaños son al menos 1, y los canales no tienen por qué ser tres. Devuelve un
    tensor de forma `(channels, height, width)` con la misma imagen: en `[k, i, j]` está lo que hay
    en `[i, j, k]` en `image`.

    El resultado es una vista: comparte memoria con `image`. `image` no cambia. Si necesita
    gradiente, este tiene que poder volver hasta él a través de la vista.

    >>> image = torch.tensor([[[1, 10], [2, 20], [3, 30]]])
    >>> image.shape
    torch.Size([1, 3, 2])
    >>> channels_first(image)
    tensor([[[ 1,  2,  3]],
    <BLANKLINE>
            [[10, 20, 30]]])
    """
    raise NotImplementedError


def sequence_rows(x: torch.Tensor) -> torch.Tensor:
    """Depura: escribe cada secuencia de un lote como una fila.

    `x` tiene la forma `(steps, batch, features)`, es decir, pasos, lote y características, como la
    quieren algunas capas para secuencias: `x[t, j]` contiene los números de la secuencia j en el
    paso t. Tiene cualquier dtype, todos los tamaños son al menos 1, y puede que antes se haya
    transpuesto: sus números están en la memoria en cualquier orden.

    Devuelve una matriz de forma `(batch, steps * features)`. La fila j contiene todos los números
    de la secuencia j: los del paso 0, después los del paso 1, y así sucesivamente, con las
    características de cada paso en su orden.

    El dtype se conserva. El resultado puede compartir memoria con `x` o no. `x` no cambia y, si
    necesita gradiente, este vuelve hasta él.

    Con un `x` de forma `(5, 4, 3)`, el código de abajo se detiene con

        RuntimeError: view size is not compatible with input tensor's size and stride (at least one
        dimension spans across two contiguous subspaces). Use .reshape(...) instead.

    Ten cuidado: hay más de un cambio que hace desaparecer el error, y algunos mezclan las
    secuencias.

    >>> x = torch.tensor([[[1, 2], [10, 20]], [[3, 4], [30, 40]], [[5, 6], [50, 60]]])
    >>> x.shape
    torch.Size([3, 2, 2])
    >>> sequence_rows(x)
    tensor([[ 1,  2,  3,  4,  5,  6],
            [10, 20, 30, 40, 50, 60]])
    """
    batch = x.shape[1]
    return x.permute(1, 0, 2).view(batch, -1)
