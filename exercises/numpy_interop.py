"""PyTorch y NumPy.

Un tensor y un array de NumPy se parecen mucho, y cada uno se puede convertir en el otro. Lo que
separa un truco rápido de una larga búsqueda de un error es una pregunta: ¿miran los dos a la misma
memoria o tiene cada uno la suya?

Cambia cada `raise NotImplementedError` por tu respuesta. Una función marcada con «Depura» ya trae
código: encuentra el error y corrígelo. En una marcada con «Predice», piensa la respuesta y
escríbela; no ejecutes el código.

Dos cosas **comparten memoria** si escribir en una cambia lo que contiene la otra.
"""

from __future__ import annotations

import numpy as np
import torch


def other_side(x: np.ndarray | torch.Tensor, single: bool = False) -> torch.Tensor | np.ndarray:
    """Convierte un array en un tensor, o un tensor en un array.

    Si `x` es un array de NumPy, devuelve un tensor; si es un tensor, devuelve un array. El
    resultado tiene la forma y los valores de `x`. Su dtype también es el de `x`: float64 sigue
    siendo float64, int32 sigue siendo int32 y bool sigue siendo bool. Con `single=True`, en cambio,
    el resultado es float32, sea lo que sea `x`; lo que float32 no puede contener exactamente se
    redondea al número más cercano que sí puede.

    `x` no cambia. El resultado puede compartir memoria con él o tener la suya propia, como
    prefieras.

    Los arrays y los tensores contienen enteros, floats o booleanos, en cualquier dtype que tengan
    las dos bibliotecas. Pueden estar transpuestos, no tener ningún eje (el resultado tiene entonces
    la forma `()` y sigue siendo un tensor o un array, no un número) o no contener ningún elemento.
    No hace falta que pienses en arrays que se leen al revés (`array[::-1]`) o en los que no se
    pueda escribir. Los tensores están en la CPU y no necesitan gradiente.

    >>> other_side(np.array([0.5, 1.5]))
    tensor([0.5000, 1.5000], dtype=torch.float64)
    >>> other_side(torch.tensor([1, 2]))
    array([1, 2])
    >>> other_side(np.array([0.5, 1.5]), single=True)
    tensor([0.5000, 1.5000])
    """
    raise NotImplementedError


def linked_pair(array: np.ndarray, t: torch.Tensor) -> tuple[torch.Tensor, np.ndarray]:
    """Mira la memoria de un array a través de un tensor, y la de un tensor a través de un array.

    Devuelve dos cosas: primero un tensor que comparte la memoria de `array` y después un array que
    comparte la memoria de `t`. Cada uno tiene la forma, el dtype y los valores de aquello de lo que
    salió, y a partir de entonces un cambio en cualquiera de los dos lados se ve en el otro.

    `t` puede necesitar gradiente; aun así, el array comparte su memoria, y después `t` sigue
    necesitando gradiente. `array` y `t` contienen enteros, floats o booleanos. Pueden no tener ejes
    (el resultado es entonces un tensor o un array de forma `()`, no un número), estar transpuestos
    o ser parte de algo más grande. No hace falta que pienses en arrays que se leen al revés
    (`array[::-1]`) o en los que no se pueda escribir. `t` está en la CPU. Tu función no escribe en
    ninguno de los dos.

    >>> array, t = np.zeros(2), torch.zeros(2)
    >>> tensor_of_array, array_of_t = linked_pair(array, t)
    >>> array[0] = 7
    >>> tensor_of_array
    tensor([7., 0.], dtype=torch.float64)
    >>> array_of_t[1] = 8
    >>> t
    tensor([0., 8.])
    """
    raise NotImplementedError


def stays_linked(case: str) -> bool:
    """Predice: ¿comparte el resultado memoria con `array` o con `t`?

    Antes de cada expresión se ejecutan estas dos líneas:

        array = np.ones((2, 3))
        t = torch.ones(2, 3)

    Así que `array` es float64, y `t` es float32 y está en la CPU. Devuelve True si escribir en el
    resultado de la expresión que indica `case` cambiaría `array` o `t`, y False si no. `case` es
    una de las letras de la "a" a la "l":

        a: torch.from_numpy(array)
        b: torch.tensor(array)
        c: torch.as_tensor(array)
        d: torch.from_numpy(array).float()
        e: torch.from_numpy(array).double()
        f: torch.from_numpy(array + 0)
        g: torch.from_numpy(array)[1:]
        h: t.numpy()
        i: t.clone().numpy()
        j: t.cpu().numpy()
        k: t.numpy().copy()
        l: t.detach().numpy()

    >>> stays_linked("a")
    True
    """
    raise NotImplementedError


def copied_pair(array: np.ndarray, t: torch.Tensor) -> tuple[torch.Tensor, np.ndarray]:
    """Copia un array en un tensor, y un tensor en un array, sin compartir memoria.

    Devuelve dos cosas: primero un tensor con los valores de `array` y después un array con los de
    `t`. Cada uno tiene la forma y el dtype de aquello de lo que salió, y memoria propia: se escriba
    lo que se escriba después en él, `array` y `t` se quedan como están, y también al revés. Tu
    función tampoco los cambia.

    `array` y `t` contienen enteros, floats o booleanos. Pueden no tener ejes (el resultado es
    entonces un tensor o un array de forma `()`, no un número), no contener ningún elemento o estar
    transpuestos. No hace falta que pienses en arrays que se leen al revés (`array[::-1]`) o en los
    que no se pueda escribir. `t` está en la CPU y no necesita gradiente.

    >>> array, t = np.zeros(2), torch.zeros(2)
    >>> tensor, copy = copied_pair(array, t)
    >>> tensor[0] = 7
    >>> copy[0] = 7
    >>> array, t
    (array([0., 0.]), tensor([0., 0.]))
    """
    raise NotImplementedError


def weight_history(weights: torch.Tensor, steps: list[torch.Tensor]) -> list[np.ndarray]:
    """Depura: anota los pesos antes del entrenamiento y después de cada uno de sus pasos.

    Cada tensor de `steps` tiene la forma y el dtype de `weights`; se van restando de `weights` in
    situ, uno tras otro, de modo que al final `weights` contiene el resultado del último paso.
    `weights` conserva su memoria: puede ser una parte de un tensor mayor, como una de sus filas, y
    quien tenga ese tensor, o esté mirando una parte de `weights`, ve los números nuevos. Devuelve
    una lista de `len(steps) + 1` arrays, cada uno con la forma y el dtype de `weights`: los valores
    antes del primer paso, después del primero, después del segundo, y así sucesivamente. Si no hay
    ningún paso, la lista tiene un solo array y `weights` se queda como está.

    Cada array tiene su propia memoria: escribir en él no cambia ni `weights`, ni otro array, ni
    ninguno de los `steps`. `weights` puede necesitar gradiente, y entonces lo sigue necesitando
    después; los tensores de `steps` no lo necesitan y no cambian. Todos están en la CPU y tienen al
    menos un eje.

    Al ejecutar el código de abajo no falla nada, pero según su historial parece que el
    entrenamiento se hubiera quedado parado. Para el ejemplo del final devuelve

        [array([5.], dtype=float32), array([5.], dtype=float32), array([5.], dtype=float32)]

    cuando debería decir:

    >>> weight_history(torch.tensor([8.0]), [torch.tensor([1.0]), torch.tensor([2.0])])
    [array([8.], dtype=float32), array([7.], dtype=float32), array([5.], dtype=float32)]
    """
    history = [weights.detach().numpy()]
    for step in steps:
        with torch.no_grad():
            weights -= step
        history.append(weights.detach().numpy())
    return history


def mirror_image(image: np.ndarray) -> torch.Tensor:
    """Depura: convierte una imagen en un tensor, con la izquierda y la derecha intercambiadas.

    `image` tiene la forma `(height, width)` o `(height, width, channels)` y cualquier dtype de
    enteros, floats o booleanos. Devuelve un tensor de la misma forma y el mismo dtype, en el que
    las columnas están en orden inverso: la última pasa a ser la primera. Las filas y los canales se
    quedan donde están.

    El tensor tiene su propia memoria, e `image` no cambia. `image` tiene al menos una fila y dos
    columnas. Puede estar transpuesta, pero ella misma no se lee al revés.

    El código de abajo se detiene con este error:

        ValueError: At least one stride in the given numpy array is negative, and tensors with
        negative strides are not currently supported. (You can probably work around this by making a
        copy of your array with array.copy().)

    >>> mirror_image(np.array([[1, 2, 3], [4, 5, 6]]))
    tensor([[3, 2, 1],
            [6, 5, 4]])
    """
    return torch.from_numpy(image[:, ::-1])


def plain_array(t: torch.Tensor) -> np.ndarray:
    """Convierte cualquier tensor en un array de NumPy, viva donde viva y necesite gradiente o no.

    `t` puede estar en la CPU o en un acelerador de cualquier marca, no solo de CUDA. Puede
    necesitar gradiente, y puede ser el resultado de un cálculo con tensores que lo necesitan. Puede
    tener cualquier forma, también sin ejes o sin elementos.

    Devuelve un array con la forma y los valores de `t`. Tiene el dtype de `t`, con una excepción:
    NumPy no tiene bfloat16, así que un tensor bfloat16 da un array float32, en el que caben todos
    sus valores. `t` contiene enteros, floats o booleanos.

    El propio `t` no cambia: se queda en su dispositivo, sigue necesitando gradiente si lo
    necesitaba, y a través de él aún puede volver un gradiente. El array puede compartir memoria con
    `t` o tener la suya propia, como prefieras.

    >>> plain_array(torch.tensor([1.0, 2.0], requires_grad=True))
    array([1., 2.], dtype=float32)
    >>> plain_array(torch.tensor([0.5], dtype=torch.bfloat16))
    array([0.5], dtype=float32)
    """
    raise NotImplementedError


def what_they_hold(case: str) -> tuple[list[float], list[float]]:
    """Predice: ¿qué contienen después el array y el tensor?

    Antes de cada caso se ejecutan estas dos líneas:

        array = np.array([1.0, 2.0, 3.0])
        tensor = torch.from_numpy(array)

    Después viene el código que indica `case`, una de las letras de la "a" a la "k":

        a: tensor[0] = 9
        b: array = array + 1
        c: array += 1
        d: array[:] = 0
        e: np.add(array, 1, out=array)
        f: tensor = tensor * 2
        g: tensor.mul(2)
        h: tensor.mul_(2)
        i: array = array + 1; tensor *= 2
        j: array += 1; array = array + 1
        k: tensor = tensor + 1; array *= 2

    Devuelve una pareja de listas con tres números cada una: lo que contiene al final el nombre
    `array` y después lo que contiene el nombre `tensor`.

    >>> what_they_hold("a")
    ([9.0, 2.0, 3.0], [9.0, 2.0, 3.0])
    """
    raise NotImplementedError
