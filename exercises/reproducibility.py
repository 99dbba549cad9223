"""Reproducibilidad: números aleatorios que salen iguales dos veces.

Los números aleatorios de un ordenador se calculan, y la semilla dice dónde empieza el cálculo. Aquí
vas a sacar otra vez los mismos números a propósito, a barajar de manera que cualquiera pueda
repetirlo y a dejar como estaban los números aleatorios de quien llama a tu código.

Cambia cada `raise NotImplementedError` por tu respuesta. Una función marcada con «Depura» ya trae
código: encuentra el error y corrígelo. En una marcada con «Predice», piensa la respuesta y
escríbela; no ejecutes la expresión.
"""

from __future__ import annotations

import random
from collections.abc import Callable, Iterable, Sequence
from typing import Any

import torch
from torch.utils.data import DataLoader, TensorDataset


def equal_draws(shape: tuple[int, ...], seed: int) -> tuple[torch.Tensor, torch.Tensor]:
    """Depura: dos tensores aleatorios que contienen los mismos números.

    `shape` es una tupla con al menos un tamaño. Los dos tensores tienen esa forma y dtype float32,
    y los dos contienen exactamente lo que saca `torch.rand(shape)` justo después de
    `torch.manual_seed(seed)`. Cada uno tiene su propia memoria: escribir en uno no cambia el otro.

    Aquí puedes fijar la semilla del generador global de PyTorch, y da igual en qué estado lo dejes.

    El código de abajo no lanza ningún error. Pero con la semilla 42 el primer tensor empieza por
    0.8823, 0.9150, 0.3829, 0.9593, y el segundo, por 0.8694, 0.5677, 0.7411, 0.4294.

    >>> first, second = equal_draws((3, 4), seed=42)
    >>> second[0]
    tensor([0.8823, 0.9150, 0.3829, 0.9593])
    >>> torch.equal(first, second)
    True
    """
    torch.manual_seed(seed)
    first = torch.rand(shape)
    second = torch.rand(shape)
    return first, second


def draws_alike(case: str) -> bool:
    """Predice: ¿qué tensores contienen los mismos números?

    Estas líneas se ejecutan una tras otra, de arriba abajo:

        torch.manual_seed(1729)
        t1 = torch.rand(2, 3)
        t2 = torch.rand(2, 3)

        torch.manual_seed(1729)
        t3 = torch.rand(2, 3)
        t4 = torch.rand(2, 3)

        torch.manual_seed(42)
        t5 = torch.rand(2, 3)

        torch.manual_seed(1729)
        t6 = torch.rand(6)
        t7 = torch.rand(6)

        torch.manual_seed(1729)
        order = torch.randperm(10)
        t8 = torch.rand(2, 3)

        own = torch.Generator().manual_seed(1729)
        torch.manual_seed(1729)
        t9 = torch.rand(2, 3, generator=own)
        t10 = torch.rand(2, 3)
        t11 = torch.rand(2, 3, generator=own)

        random.seed(1729)
        t12 = torch.rand(2, 3)

    Devuelve True o False para la expresión que indica `case`, una de las letras de la "a" a la "l":

        a: torch.equal(t1, t2)
        b: torch.equal(t1, t3)
        c: torch.equal(t2, t4)
        d: torch.equal(t1, t5)
        e: torch.equal(t1, t6.reshape(2, 3))
        f: torch.equal(t2, t7.reshape(2, 3))
        g: torch.equal(t1, t8)
        h: torch.equal(t1, t9)
        i: torch.equal(t1, t10)
        j: torch.equal(t9, t11)
        k: torch.equal(t2, t11)
        l: torch.equal(t1, t12)

    `random` es el módulo de Python.

    >>> draws_alike("b")
    True
    """
    raise NotImplementedError


def noisy_copy(x: torch.Tensor, scale: float, seed: int) -> torch.Tensor:
    """Añade ruido aleatorio a un tensor de manera que se pueda repetir y no moleste a nadie.

    Devuelve un tensor nuevo: cada elemento de `x` más un número propio, sacado de manera uniforme
    del intervalo de `-scale` a `scale`. `x` es un tensor de coma flotante (float16, float32 o
    float64) de cualquier forma, incluso `()`, y `scale` es un número positivo. El resultado tiene
    la forma y el dtype de `x`; como ese dtype redondea, un elemento puede quedar un poco fuera del
    intervalo. Tiene su propia memoria. `x` no cambia. Si `x` necesita gradiente, este vuelve a él a
    través del resultado.

    Los mismos argumentos dan siempre el mismo resultado, se haya sacado lo que se haya sacado antes
    de la llamada. Otra `seed` da casi siempre otro ruido; qué números son, lo decides tú. Las
    semillas son números enteros de 0 a 1000000.

    Quien llama a tu función también tiene números aleatorios: los que saque después de la llamada
    deben ser los que habría sacado sin ella. Así que los generadores globales de PyTorch, NumPy y
    Python quedan como estaban antes: sin que nadie haya fijado su semilla y sin ningún número
    gastado.

    >>> noisy = noisy_copy(torch.tensor([10.0, 20.0, 30.0]), scale=0.5, seed=7)
    >>> torch.equal(noisy, noisy_copy(torch.tensor([10.0, 20.0, 30.0]), scale=0.5, seed=7))
    True
    >>> bool((noisy - torch.tensor([10.0, 20.0, 30.0])).abs().max() <= 0.5)
    True
    """
    raise NotImplementedError


class Dice:
    """Un dado con sus propios números aleatorios.

    `Dice(seed)` crea uno; `seed` es un número entero de 0 a 1000000. Dos dados con la misma semilla
    que se lanzan de la misma manera dan los mismos resultados, se saque o se lance lo que sea entre
    medias, también con otro dado. Otras semillas dan por lo general otros resultados (unos pocos
    lanzamientos pueden coincidir por azar); cuáles, lo decides tú.

    Los generadores globales de PyTorch, NumPy y Python se dejan en paz: ni crear un dado, ni
    lanzarlo, ni volver a empezar fija su semilla o gasta sus números.

    >>> one, other = Dice(seed=3), Dice(seed=3)
    >>> first, second = one.roll(100), one.roll(100)
    >>> torch.equal(first, other.roll(100)), torch.equal(second, other.roll(100))
    (True, True)
    >>> torch.equal(first, second)
    False
    >>> one.restart()
    >>> torch.equal(first, one.roll(100))
    True
    """

    def __init__(self, seed: int) -> None:
        """Crea un dado que aún no se ha lanzado."""
        raise NotImplementedError

    def roll(self, count: int) -> torch.Tensor:
        """Lanza el dado `count` veces, al menos una.

        Devuelve un vector int64 de forma `(count,)`. Cada elemento es un número entero del 1 al 6,
        y los seis son igual de probables. Cada llamada sigue donde acabó la anterior, de modo que
        dos series largas seguidas casi siempre son distintas, como con un dado de verdad.
        """
        raise NotImplementedError

    def restart(self) -> None:
        """Vuelve al principio: a partir de aquí el dado saca lo que sacó cuando era nuevo."""
        raise NotImplementedError


def shuffled_rows(x: torch.Tensor, seed: int) -> torch.Tensor:
    """Depura: una copia de `x` con sus filas en un orden aleatorio que se puede repetir.

    `x` tiene al menos un eje, cualquier dtype y al menos una fila. Sus filas son `x[0]`, `x[1]`,
    etc.: los elementos de un vector, las filas de una matriz. El resultado tiene la forma y el
    dtype de `x`. Cada fila aparece en él el mismo número de veces que en `x`, y dentro de una fila
    no se mueve nada. `x` no cambia y el resultado no comparte memoria con él. Si `x` necesita
    gradiente, este vuelve a él a través del resultado.

    Los mismos `x` y `seed` dan siempre el mismo orden, se haya sacado lo que se haya sacado antes
    de la llamada. Otras semillas dan por lo general otros órdenes, y cualquier orden puede salir;
    cuál le toca a cada semilla, lo decides tú. Las semillas son números enteros de 0 a 1000000.

    Los generadores globales de PyTorch, NumPy y Python quedan como estaban antes de la llamada: sin
    que nadie haya fijado su semilla y sin ningún número gastado.

    El código de abajo no lanza ningún error. Pero con `torch.tensor([1, 2, 3, 4])` y la semilla 1
    devuelve esto:

        tensor([1, 1, 3, 2])

    El 4 ha desaparecido y el 1 está dos veces. La lista `[1, 2, 3, 4]` en lugar del tensor se
    habría barajado bien.

    >>> x = torch.tensor([[1, 10], [2, 20], [3, 30], [4, 40]])
    >>> rows = shuffled_rows(x, seed=1)
    >>> sorted(rows.tolist())
    [[1, 10], [2, 20], [3, 30], [4, 40]]
    >>> torch.equal(rows, shuffled_rows(x, seed=1))
    True
    """
    rows = x.clone()
    random.Random(seed).shuffle(rows)
    return rows


def replayable_loader(
    features: torch.Tensor, labels: torch.Tensor, batch_size: int, seed: int
) -> Iterable[Sequence[torch.Tensor]]:
    """Depura: un cargador de datos (*loader*) que baraja y trae los mismos lotes en cada pasada.

    `features` tiene la forma `(n, columns)` y `labels` la forma `(n,)`, con `n` al menos 1; la fila
    `i` de uno va con el elemento `i` del otro. Devuelve un `DataLoader` o cualquier otra cosa que
    se pueda recorrer con un bucle una y otra vez. Cada pasada trae todos los ejemplos exactamente
    una vez, en lotes de `batch_size`; el último lote es más corto si las cuentas no salen justas.
    Un lote es una lista o tupla de dos tensores, filas de `features` y sus etiquetas, con los
    dtypes de `features` y `labels`.

    Los ejemplos vienen en un orden aleatorio. Es el mismo en cada pasada, también si la anterior se
    interrumpió a la mitad, y en todo cargador creado con los mismos argumentos, se saque lo que se
    saque antes o entre medias. Otras semillas dan por lo general otros órdenes, y cualquier orden
    puede salir; cuál le toca a cada semilla, lo decides tú. Las semillas son números enteros de 0 a
    1000000.

    `features` y `labels` no cambian. Deja en paz los generadores globales de PyTorch, NumPy y
    Python: no les fijes la semilla ni los devuelvas a un punto anterior, ni al crear el cargador ni
    durante una pasada ni después de ella. Aquí sí se permite gastar algunos de sus números, porque
    el cargador de PyTorch lo hace.

    El código de abajo no lanza ningún error, y dos cargadores con la misma semilla empiezan igual.
    Pero la segunda pasada de un cargador es otra. Con seis ejemplos que tienen las etiquetas de 0 a
    5, lotes de 3 y la semilla 0, las etiquetas de sus dos primeras pasadas son estas:

        [5, 1, 0], [3, 2, 4]
        [4, 2, 1], [3, 0, 5]

    >>> features, labels = torch.arange(12.0).reshape(6, 2), torch.arange(6)
    >>> loader = replayable_loader(features, labels, batch_size=4, seed=0)
    >>> [len(batch[1]) for batch in loader]
    [4, 2]
    >>> first = [batch[1].tolist() for batch in loader]
    >>> first == [batch[1].tolist() for batch in loader]
    True
    """
    own = torch.Generator().manual_seed(seed)
    return DataLoader(TensorDataset(features, labels), batch_size=batch_size, shuffle=True, generator=own)


def peek_ahead(count: int) -> torch.Tensor:
    """Depura: mira los números aleatorios que vienen a continuación, sin gastarlos.

    Devuelve un vector float32 con `count` elementos, al menos 1: lo que sacaría `torch.rand(count)`
    si se llamara ahora. Después de la llamada el generador global de PyTorch está exactamente donde
    estaba antes, de modo que `torch.rand(count)` saca entonces esos números de verdad, y si vuelves
    a mirar, los vuelves a ver.

    El código de abajo no lanza ningún error, y lo que muestra es correcto. Pero pruébalo después de

        torch.manual_seed(42)
        torch.rand(4)

    Muestra 0.3904, 0.6009. A continuación `torch.rand(2)` debería sacar esos dos, y saca 0.8823,
    0.9150: los primeros números después de la semilla, que ya se habían gastado hace rato.

    >>> _ = torch.manual_seed(42)
    >>> _ = torch.rand(4)
    >>> peek_ahead(2)
    tensor([0.3904, 0.6009])
    >>> torch.rand(2)
    tensor([0.3904, 0.6009])
    """
    seed = torch.initial_seed()
    numbers = torch.rand(count)
    torch.manual_seed(seed)
    return numbers


def seeded_call(function: Callable[[], Any], seed: int) -> Any:
    """Llama a una función con una semilla y después deja el generador global como estaba.

    `function` no recibe argumentos y puede sacar números del generador global de PyTorch tantas
    veces como quiera, e incluso fijar su semilla. Llámala una sola vez, con la semilla `seed`
    fijada en el generador global de PyTorch, como hace `torch.manual_seed(seed)`, y devuelve lo que
    devuelva, sea lo que sea.

    Después, el generador global de PyTorch está en el estado en que lo encontraste: lo que se saca
    tras la llamada es lo que se habría sacado sin ella. También es así cuando `function` lanza una
    excepción de cualquier tipo (`KeyboardInterrupt` también lo es), que entonces sigue su camino
    hasta quien llamó a tu función. Una de estas llamadas puede ocurrir dentro de otra.

    Aquí solo se trata del generador de PyTorch: no toques los de NumPy y Python.

    >>> seeded_call(lambda: torch.rand(4), seed=42)
    tensor([0.8823, 0.9150, 0.3829, 0.9593])
    >>> seeded_call(lambda: "no numbers at all", seed=42)
    'no numbers at all'
    """
    raise NotImplementedError


def twin_layers(inputs: int, outputs: int, seed: int) -> tuple[torch.nn.Linear, torch.nn.Linear]:
    """Crea dos capas lineales que empiezan iguales, sin estropear los números aleatorios de nadie.

    Para comparar dos maneras de entrenar, ambas deben empezar con los mismos pesos. Devuelve dos
    capas `nn.Linear(inputs, outputs)`. Las dos tienen los pesos y el sesgo (*bias*) que recibe una
    capa así cuando se crea justo después de `torch.manual_seed(seed)`. Son dos capas separadas:
    entrenar una de ellas no cambia la otra.

    Una capa saca sus pesos del generador global de PyTorch, y no puedes darle otro. Pero después de
    la llamada ese generador está en el estado en que estaba antes: sin una semilla nueva y sin
    ningún número gastado.

    >>> first, second = twin_layers(2, 1, seed=42)
    >>> first.weight.tolist() == second.weight.tolist()
    True
    >>> first.weight is second.weight
    False
    >>> second.bias.detach()
    tensor([-0.1657])
    """
    raise NotImplementedError
