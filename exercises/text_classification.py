"""Clasificar textos: de un archivo de artículos a un modelo entrenado que se guarda y se vuelve a
cargar.

Vas a leer artículos de 14 clases, convertir sus palabras en números, juntar en un lote textos de
distinta longitud y entrenar modelos que dicen a qué clase pertenece un texto. Junto a este archivo,
`data/small_dbpedia_train.csv` contiene 1400 artículos breves e inventados con el formato de
DBpedia, una colección muy conocida; los artículos con los que se juzgan tus modelos se guardan
aparte.

Cambia cada `raise NotImplementedError` por tu respuesta. Una función o una clase puede usar las
demás de este archivo. Una función marcada con «Depura» ya trae código: encuentra el error y
corrígelo.
"""

from __future__ import annotations

import copy
import csv
import json
import re
from collections import Counter
from collections.abc import Callable, Iterable, Sequence
from pathlib import Path
from typing import Any, BinaryIO

import torch
from torch import nn
from torch.nn.functional import cross_entropy
from torch.nn.utils import clip_grad_norm_
from torch.nn.utils.rnn import pack_padded_sequence, pad_sequence
from torch.utils.data import DataLoader

# La clase con el número 1 en el archivo es aquí la etiqueta 0, y así sucesivamente.
CLASSES = (
    "Company",
    "EducationalInstitution",
    "Artist",
    "Athlete",
    "OfficeHolder",
    "MeanOfTransportation",
    "Building",
    "NaturalPlace",
    "Village",
    "Animal",
    "Plant",
    "Album",
    "Film",
    "WrittenWork",
)


class TextClassifier(nn.Module):
    """Un modelo con tres partes: embedding, LSTM y capa lineal.

    Sus atributos, que `print` muestra en este orden:

    - `embedding`: un `nn.Embedding` con un vector de `embedding_size` números para cada una de las
      `vocabulary_size` palabras;
    - `rnn`: una `nn.LSTM` de dos capas que recibe esos vectores, con el lote como primer eje y
      estados ocultos de `hidden_size` números;
    - `fc`: una `nn.Linear` que va de un estado oculto a una puntuación por clase.

    `forward` recibe los números de las palabras, un tensor int64 de forma `(batch, length)`, y
    devuelve las puntuaciones, de forma `(batch, classes)`. Son lo que `fc` calcula a partir del
    estado oculto que la segunda (y última) capa de la LSTM tiene después de la última palabra. Aquí
    todos los textos del lote tienen la misma longitud.

    >>> TextClassifier()
    TextClassifier(
      (embedding): Embedding(10000, 100)
      (rnn): LSTM(100, 256, num_layers=2, batch_first=True)
      (fc): Linear(in_features=256, out_features=2, bias=True)
    )
    >>> TextClassifier(50, 8, 16, 14)(torch.zeros(3, 7, dtype=torch.int64)).shape
    torch.Size([3, 14])
    """

    def __init__(
        self, vocabulary_size: int = 10000, embedding_size: int = 100, hidden_size: int = 256, classes: int = 2
    ) -> None:
        raise NotImplementedError

    def forward(self, ids: torch.Tensor) -> torch.Tensor:
        raise NotImplementedError


def read_articles(lines: Iterable[str]) -> list[tuple[int, str]]:
    """Lee artículos en el formato de DBpedia: un par de etiqueta y texto por cada línea.

    `lines` es un archivo de texto abierto o una lista de líneas, que pueden terminar o no en un
    salto de línea. Cada línea tiene tres campos separados por comas: el número de la clase, de 1 a
    14, el título y el contenido. El título y el contenido van entre comillas dobles. Dentro de
    ellas las comas no significan nada especial, y dos comillas dobles seguidas representan una.

    Devuelve una lista de tuplas en el orden de las líneas. La etiqueta es un int de 0 a 13, uno
    menos que el número del archivo, porque la función de pérdida cuenta desde 0. El texto es el
    título tal como está, un espacio y el contenido sin el espacio en blanco de su propio principio
    y final.

    >>> read_articles(['9,"Tamburg"," Tamburg is a village, and small."', '3,"Ada ""Bo"" Li"," A singer."'])
    [(8, 'Tamburg Tamburg is a village, and small.'), (2, 'Ada "Bo" Li A singer.')]
    """
    raise NotImplementedError


def text_tokens(text: str) -> list[str]:
    """Corta un texto en sus palabras (tokens), todas en minúsculas.

    Una palabra es una serie de letras y cifras, lo más larga posible; las letras con acento también
    son letras. Todo lo demás, como los espacios, los signos de puntuación, los apóstrofos y los
    guiones bajos, termina una palabra y se deja fuera. Un texto sin letras ni cifras no tiene
    palabras.

    >>> text_tokens("São_Tomé's 2nd album: LOVE, love!")
    ['são', 'tomé', 's', '2nd', 'album', 'love', 'love']
    """
    raise NotImplementedError


def build_vocabulary(texts: Sequence[Sequence[str]], min_count: int = 1) -> dict[str, int]:
    """Da un número a cada palabra de los textos.

    `texts` es una lista de textos, y cada texto es una lista de palabras. Devuelve un dict que va
    de palabras a números:

    - "<pad>", que rellena los textos cortos, tiene el número 0, y "<unk>", que representa cualquier
      palabra desconocida, el número 1, contengan lo que contengan los textos;
    - después vienen las palabras que aparecen al menos `min_count` veces en todos los textos
      juntos, numeradas desde 2 y sin huecos: primero las más frecuentes, y las que aparecen el
      mismo número de veces en orden alfabético (tal como las ordena `sorted`).

    Así los mismos textos dan los mismos números en cada ejecución, vengan en el orden que vengan.
    Las palabras "<pad>" y "<unk>" no aparecen en los textos. `texts` no cambia.

    >>> build_vocabulary([["a", "red", "fox"], ["a", "fox"], ["a", "den"]])
    {'<pad>': 0, '<unk>': 1, 'a': 2, 'fox': 3, 'den': 4, 'red': 5}
    """
    raise NotImplementedError


def encode_tokens(words: Sequence[str], vocabulary: dict[str, int]) -> torch.Tensor:
    """Depura: los números de las palabras de un texto.

    `vocabulary` es un dict como los de `build_vocabulary`. Devuelve un vector de dtype int64 con un
    número por cada palabra, en su orden; una palabra que el vocabulario no tiene recibe el número
    de "<unk>". Un texto sin palabras da un vector sin elementos, también de dtype int64. Ninguno de
    los argumentos cambia.

    El código de abajo funciona con los textos con los que se construyó el vocabulario. Con un texto
    nuevo se detiene:

        KeyError: 'zebra'

    >>> encode_tokens(["fox", "zebra", "fox"], {"<pad>": 0, "<unk>": 1, "a": 2, "fox": 3})
    tensor([3, 1, 3])
    """
    return torch.tensor([vocabulary[word] for word in words])


def pad_batch(examples: Sequence[tuple[int, torch.Tensor]]) -> tuple[torch.Tensor, torch.Tensor, torch.Tensor]:
    """Junta textos de distinta longitud en un lote: una matriz rellenada con ceros.

    `examples` es una lista de al menos un par de etiqueta (un int) y números de palabras (un vector
    int64, que puede no tener elementos). Devuelve una tupla de tres tensores int64:

    1. los números de las palabras, de forma `(batch, longitud del texto más largo)`: una fila por
       texto, con ceros (el número de "<pad>") a la derecha de los cortos;
    2. la longitud de cada texto antes de rellenarlo, de forma `(batch,)`;
    3. las etiquetas, de forma `(batch,)`.

    Todos conservan el orden de `examples`, que no cambian. Los resultados no comparten memoria con
    ellos. Así esta función puede ser la `collate_fn` de un `DataLoader`, que la llama con la lista
    de pares de cada lote.

    >>> ids, lengths, labels = pad_batch([(4, torch.tensor([5, 2, 7])), (0, torch.tensor([3]))])
    >>> ids
    tensor([[5, 2, 7],
            [3, 0, 0]])
    >>> lengths, labels
    (tensor([3, 1]), tensor([4, 0]))
    """
    raise NotImplementedError


def bag_loader(examples: Sequence[tuple[int, torch.Tensor]], batch_size: int, shuffle: bool) -> DataLoader:
    """Crea un `DataLoader` cuyos lotes contienen todos los textos uno tras otro, sin rellenar nada.

    `examples` es una lista de pares de etiqueta y números de palabras, como en `pad_batch`. Cada
    lote que da el loader es una tupla (o lista) de tres tensores int64:

    1. los números de las palabras de todos los textos del lote, un texto justo detrás de otro, en
       un solo vector;
    2. los offsets, de forma `(batch,)`: para cada texto, la posición de ese vector en la que
       empieza;
    3. las etiquetas, de forma `(batch,)`.

    Los lotes tienen `batch_size` textos cada uno; el último puede tener menos y no se deja fuera.
    Sin `shuffle`, los textos vienen en el orden de `examples`. Con él, cada pasada por el loader
    los trae en un nuevo orden al azar; no fijes ninguna semilla.

    >>> examples = [(4, torch.tensor([5, 2, 7])), (0, torch.tensor([3])), (1, torch.tensor([6, 6]))]
    >>> for batch in bag_loader(examples, batch_size=2, shuffle=False):
    ...     print(*batch)
    tensor([5, 2, 7, 3]) tensor([0, 3]) tensor([4, 0])
    tensor([6, 6]) tensor([0]) tensor([1])
    """
    raise NotImplementedError


class BagClassifier(nn.Module):
    """Un modelo que toma un texto por una bolsa de palabras: su orden no cuenta.

    Sus atributos:

    - `embedding`: un `nn.EmbeddingBag` con un vector de `embedding_size` números para cada una de
      las `vocabulary_size` palabras, que calcula la media de los vectores de las palabras de un
      texto;
    - `fc`: una `nn.Linear` que va de esa media a una puntuación por clase.

    `forward` recibe dos vectores int64, los números de las palabras de todos los textos uno tras
    otro y los offsets en los que empiezan los textos, tal como los contiene un lote de
    `bag_loader`. Devuelve las puntuaciones, de forma `(batch, classes)`. La media de un texto sin
    palabras es 0.

    >>> model = BagClassifier(50, 8, 14)
    >>> model(torch.tensor([5, 2, 7, 3]), torch.tensor([0, 3])).shape
    torch.Size([2, 14])
    """

    def __init__(self, vocabulary_size: int, embedding_size: int, classes: int) -> None:
        raise NotImplementedError

    def forward(self, ids: torch.Tensor, offsets: torch.Tensor) -> torch.Tensor:
        raise NotImplementedError


def padded_scores(model: nn.Module, ids: torch.Tensor, lengths: torch.Tensor) -> torch.Tensor:
    """Depura: las puntuaciones que un `TextClassifier` da a textos que se han rellenado.

    `ids` y `lengths` son los dos primeros tensores de `pad_batch`; cada texto tiene al menos una
    palabra, y las longitudes vienen en cualquier orden. `model` tiene las partes de un
    `TextClassifier`, `embedding`, `rnn` y `fc`, y su LSTM puede tener una capa o más, pero lee en
    una sola dirección. Devuelve las puntuaciones, de forma `(batch, classes)`, en el orden de
    `ids`: lo que `fc` calcula a partir del estado oculto que la última capa de la LSTM tiene
    después de la última palabra de cada texto, de modo que las puntuaciones de un texto sean las
    mismas sean cuales sean los demás textos de su lote.

    `model` e `ids` están en un mismo dispositivo, que puede ser una GPU, y las puntuaciones
    también; `lengths` está en la CPU, estén donde estén los demás. Los gradientes llegan a todas
    las partes del modelo. Ni él ni los demás argumentos cambian.

    El código de abajo no da ningún error, y la forma es correcta. Pero un texto corto recibe otras
    puntuaciones cuando uno más largo se une a su lote: la LSTM sigue leyendo, y lee "<pad>".

    >>> model = TextClassifier(50, 4, 8, 3)
    >>> ids, lengths = torch.tensor([[7, 9, 0, 0], [5, 5, 5, 5]]), torch.tensor([2, 4])
    >>> torch.allclose(padded_scores(model, ids, lengths)[:1], model(torch.tensor([[7, 9]])))
    True
    """
    output, _ = model.rnn(model.embedding(ids))
    return model.fc(output[:, -1])


def probabilities_and_loss(scores: torch.Tensor, labels: torch.Tensor) -> tuple[torch.Tensor, torch.Tensor]:
    """Depura: las probabilidades que representan las puntuaciones de un modelo, y la pérdida.

    `scores` es un tensor de números de punto flotante de forma `(batch, classes)`, tal como lo da
    un modelo: números finitos de cualquier tamaño. `labels` es un vector int64 de forma `(batch,)`
    con la etiqueta de cada texto, en el mismo dispositivo; hay al menos un texto. Devuelve una
    tupla de dos tensores:

    1. las probabilidades, con la forma y el dtype de `scores`. En cada fila, `exp` de una
       puntuación se divide entre la suma de `exp` de todas las puntuaciones de esa fila (softmax),
       de modo que cada fila suma 1. Eso vale también con puntuaciones grandes: con 1000, por
       ejemplo, cuyo `exp` por sí solo es infinito;
    2. la entropía cruzada de puntuaciones y etiquetas, la media del lote, con la forma `()`.

    Desde las dos llegan gradientes a `scores`. Los argumentos no cambian.

    El código de abajo se detiene con un error, porque la entropía cruzada no acepta las etiquetas
    tal como se le pasan. Cuando eso esté arreglado, quedan tres cosas mal que no dan ningún error:
    lo que suma 1 es cada *columna*, las puntuaciones de 1000 dan `nan`, y la pérdida del ejemplo es
    0.3182, aunque la puntuación más alta de cada fila es con mucho la de su etiqueta.

    >>> scores, labels = torch.tensor([[4.0, 0.0], [0.0, 8.0]]), torch.tensor([0, 1])
    >>> probabilities, loss = probabilities_and_loss(scores, labels)
    >>> probabilities.sum(dim=1)
    tensor([1., 1.])
    >>> round(loss.item(), 4)
    0.0092
    """
    exponentials = torch.exp(scores)
    probabilities = exponentials / exponentials.sum(dim=0)
    return probabilities, cross_entropy(probabilities, labels.float())


def train_text_epoch(
    model: nn.Module, loader: Iterable[Sequence[torch.Tensor]], optimizer: torch.optim.Optimizer, max_norm: float
) -> float:
    """Entrena un modelo durante una época: recorre todos los lotes una vez, con un paso del
    optimizador en cada uno.

    `loader` es un `DataLoader` o una lista de lotes. El último elemento de un lote contiene las
    etiquetas, y todo lo anterior va al modelo: `model(*inputs)` da las puntuaciones. Así esta
    función sirve para un `BagClassifier` y para otros parecidos. La pérdida es la entropía cruzada
    de puntuaciones y etiquetas. El modelo y todos los lotes están en un mismo dispositivo, que
    puede ser una GPU, y se quedan en él.

    Entrena en modo de entrenamiento y deja el modelo en él. Empieza cada paso con gradientes a cero
    (o None), haya lo que haya en ellos cuando recibes el modelo. Entre calcular los gradientes y
    dar el paso, recórtalos: si la norma de todos los gradientes juntos, como un único vector largo,
    es mayor que `max_norm`, todos se reducen por el mismo factor para que sea `max_norm`. PyTorch
    tiene una función para esto.

    Devuelve la pérdida media de la época como un float de Python: la media sobre todos los textos,
    cada uno con la pérdida que tenía cuando se entrenó con su lote. El último lote puede ser más
    pequeño que los demás.

    >>> model = nn.Linear(2, 3)
    >>> _ = nn.init.zeros_(model.weight), nn.init.zeros_(model.bias)
    >>> optimizer = torch.optim.SGD(model.parameters(), lr=0.5)
    >>> batches = [(torch.ones(4, 2), torch.tensor([0, 0, 0, 0]))]
    >>> round(train_text_epoch(model, batches, optimizer, max_norm=1.0), 4)
    1.0986
    """
    raise NotImplementedError


def train_padded_epoch(
    model: nn.Module, loader: DataLoader, optimizer: torch.optim.Optimizer, device: torch.device | str
) -> float:
    """Depura: entrena un `TextClassifier` durante una época, con textos rellenados, en cualquier
    dispositivo.

    `loader` es un `DataLoader` cuya `collate_fn` es `pad_batch`. Así que cada lote contiene números
    de palabras, longitudes y etiquetas, en este orden y todos en la CPU; cada texto tiene al menos
    una palabra. `model` tiene las partes de un `TextClassifier`, `embedding`, `rnn` y `fc`, y está
    ya en `device` (un `torch.device` o un texto); `optimizer` tiene todos sus parámetros.

    Recorre el loader una vez, con un paso del optimizador por cada lote. Las puntuaciones de un
    texto son las de `padded_scores`: lo que `fc` hace del estado oculto de la última capa después
    de la última *palabra* del texto. La pérdida es la entropía cruzada de puntuaciones y etiquetas,
    y cada paso se guía solo por los gradientes de esa pérdida, traiga los gradientes que traiga el
    modelo. No se recorta nada. Entrena en modo de entrenamiento y deja el modelo en él.

    Devuelve la pérdida media de la época como float de Python: la media de todos los textos, cada
    uno con la pérdida que tenía cuando se entrenó con su lote.

    El código de abajo no da ningún error en la CPU. Pero nunca mira las longitudes, y por eso el
    modelo aprende de "<pad>". En una GPU se detiene, porque allí algo se queda atrás. Cuidado al
    arreglarlo: lo que empaqueta los textos no acepta longitudes en una GPU:

        RuntimeError: 'lengths' argument should be a 1D CPU int64 tensor, but got 1D cuda:0 Long
        tensor

    Para probarlo en otro sitio que la CPU, ejecuta las pruebas con `--device=all`.

    >>> examples = [(1, torch.tensor([5, 2, 7])), (0, torch.tensor([3])), (1, torch.tensor([6, 6]))]
    >>> loader = DataLoader(examples, batch_size=2, collate_fn=pad_batch)
    >>> model = TextClassifier(10, 4, 8, 2)
    >>> optimizer = torch.optim.SGD(model.parameters(), lr=0.5)
    >>> losses = [train_padded_epoch(model, loader, optimizer, "cpu") for _ in range(5)]
    >>> losses[-1] < losses[0]
    True
    """
    model.train()
    losses = []
    for ids, _, labels in loader:
        optimizer.zero_grad()
        loss = cross_entropy(model(ids.to(device)), labels)
        loss.backward()
        optimizer.step()
        losses += [loss.item()] * len(labels)
    return sum(losses) / len(losses)


def loss_and_accuracy(model: nn.Module, loader: Iterable[Sequence[torch.Tensor]]) -> tuple[float, float]:
    """Depura: qué tal lo hace un modelo con todos los lotes de un loader.

    `loader` da lotes como los de `train_text_epoch`, al menos uno. Devuelve dos floats de Python:
    la entropía cruzada media de todos los textos, y la exactitud, que es la proporción de los
    textos cuya puntuación más alta es la de su etiqueta, de 0 a 1. El modelo y todos los lotes
    están en un mismo dispositivo, que puede ser una GPU, y se quedan en él.

    Evalúa en modo de evaluación y sin gradientes. Todas las partes del modelo llegan en un mismo
    modo, de entrenamiento o de evaluación, y al acabar todas vuelven a estar en él. Los pesos del
    modelo y sus gradientes no cambian.

    El código de abajo no da ningún error. Pero con el ejemplo, que tiene un lote de tres textos y
    uno de uno, dice `0.5` cuando tres de cuatro textos están bien: fíjate en cuánto cuenta el lote
    pequeño.

    >>> right, wrong = [4.0, 0.0], [0.0, 4.0]
    >>> batches = [
    ...     (torch.tensor([right, right, right]), torch.tensor([0, 0, 0])),
    ...     (torch.tensor([wrong]), torch.tensor([0])),
    ... ]
    >>> loss_and_accuracy(nn.Identity(), batches)[1]
    0.75
    """
    was_training = model.training
    model.eval()
    losses, accuracies = [], []
    with torch.no_grad():
        for *inputs, labels in loader:
            scores = model(*inputs)
            losses.append(cross_entropy(scores, labels).item())
            accuracies.append((scores.argmax(dim=1) == labels).float().mean().item())
    model.train(was_training)
    return sum(losses) / len(losses), sum(accuracies) / len(accuracies)


def split_articles(examples: Sequence[Any], share: float, seed: int) -> tuple[list[Any], list[Any]]:
    """Separa ejemplos al azar en unos para entrenar y otros que se apartan.

    Devuelve dos listas: los ejemplos para entrenar y los apartados. De `n` ejemplos se apartan
    `n * share`, redondeado al número entero más cercano (nunca queda justo a la mitad entre dos).
    Cada ejemplo va exactamente a una de las listas.

    Baraja antes de separar: los archivos suelen estar ordenados por clase. La misma `seed` (un int)
    da siempre la misma separación, y otras semillas dan otras. Usa un generador propio con esa
    semilla: la semilla de todo el programa debe quedar como está. `examples` no cambia.

    >>> train, held_out = split_articles(list(range(10)), share=0.3, seed=0)
    >>> len(train), len(held_out), sorted(train + held_out)
    (7, 3, [0, 1, 2, 3, 4, 5, 6, 7, 8, 9])
    """
    raise NotImplementedError


def training_tools(
    model: nn.Module, learning_rate: float, epochs: int
) -> tuple[Callable[..., torch.Tensor], torch.optim.Optimizer, torch.optim.lr_scheduler.LRScheduler]:
    """Crea lo que hace falta para entrenar además del modelo y los datos: una función de pérdida,
    un optimizador y un scheduler.

    Devuelve una tupla con estos tres:

    1. algo que se pueda llamar con puntuaciones, de forma `(batch, classes)`, y etiquetas, y que dé
       la entropía cruzada, la media sobre el lote;
    2. un optimizador Adam para todos los parámetros del modelo, con la tasa de aprendizaje indicada
       y todo lo demás como lo tiene PyTorch por defecto; en un solo grupo de parámetros o en
       varios, como prefieras;
    3. un scheduler para ese optimizador, cuyo `step()` se llama una vez al final de cada época. La
       tasa de aprendizaje se queda como está durante `epochs` épocas, luego es una décima parte
       durante otras tantas, luego una centésima, y así sucesivamente.

    `epochs` es al menos 1. El modelo no cambia.

    >>> loss_function, optimizer, scheduler = training_tools(nn.Linear(2, 3), 0.5, epochs=2)
    >>> for epoch in range(4):
    ...     print(optimizer.param_groups[0]["lr"])
    ...     optimizer.step()
    ...     scheduler.step()
    0.5
    0.5
    0.05
    0.05
    """
    raise NotImplementedError


def keep_best_weights(
    model: nn.Module, train_epoch: Callable[[], float], held_out_loss: Callable[[], float], epochs: int
) -> tuple[int, float]:
    """Depura: entrena durante unas épocas, y acaba con los pesos de la mejor.

    `train_epoch()` entrena `model` durante una época y devuelve la pérdida media del entrenamiento.
    `held_out_loss()` devuelve la pérdida media del modelo tal como está en ese momento, con textos
    que se apartaron. En cada una de las `epochs` épocas (al menos una) llama primero a la una y
    luego a la otra, una vez a cada una; todas las pérdidas son números finitos. Cada época sigue
    desde donde terminó la anterior.

    La mejor época es aquella tras la cual la pérdida de los textos apartados es la menor; de varias
    con la misma, la primera. Cuando hayan acabado todas las épocas, da al propio `model`, que puede
    estar en cualquier dispositivo, todo lo que contenía su `state_dict()` al final de la mejor
    época, pesos y buffers, y ponlo en modo de evaluación. Devuelve una tupla: el número de la mejor
    época, contando desde 0, y su pérdida con los textos apartados.

    El código de abajo no da ningún error. Pero el modelo acaba siempre con los pesos de la última
    época. Y la época que indica no es la mejor: mira por qué pérdida se guía.

    >>> model = nn.Linear(1, 1, bias=False)
    >>> weights, losses = iter([1.0, 2.0, 3.0]), iter([0.5, 0.25, 0.75])
    >>> def train_epoch():
    ...     nn.init.constant_(model.weight, next(weights))
    ...     return 0.1
    >>> keep_best_weights(model, train_epoch, lambda: next(losses), epochs=3)
    (1, 0.25)
    >>> model.weight.item()
    2.0
    """
    best, best_loss, state = 0, float("inf"), model.state_dict()
    for epoch in range(epochs):
        loss = train_epoch()
        held_out_loss()
        if loss < best_loss:
            best, best_loss, state = epoch, loss, model.state_dict()
    model.load_state_dict(state)
    model.eval()
    return best, best_loss


def train_and_score(texts: Sequence[str], labels: Sequence[int], new_texts: Sequence[str], seed: int) -> torch.Tensor:
    """Entrena un modelo con textos y etiquetas y haz que puntúe textos nuevos: todo lo anterior,
    junto.

    `texts` es una lista de artículos como los da `read_articles`, `labels` una lista con la
    etiqueta de cada uno, de 0 a 13, y `new_texts` una lista de al menos un artículo que el modelo
    no ha visto nunca. Devuelve un tensor float32 de forma `(len(new_texts), 14)` que no necesite
    gradiente: una puntuación por clase, en el orden de `new_texts`. La puntuación más alta de una
    fila es tu respuesta para ese texto.

    Cómo lo haces es cosa tuya: el tipo de modelo, su tamaño, cuánto entrenar y con qué rapidez. Lo
    que cuenta:

    - Con 700 textos de entrenamiento del corpus del curso, al menos el 90 % de tus respuestas a
      otros textos de él son correctas. Responder siempre la misma clase consigue un 7 %.
    - Solo `labels` dice qué textos son de una clase: si alguien intercambia las etiquetas de dos
      clases, esas dos quedan intercambiadas en las respuestas. No sirven palabras que hayas escrito
      tú.
    - Los mismos argumentos con la misma semilla (un int) dan las mismas puntuaciones, también si
      entremedias se sacaron números al azar, y también si Python se inició de nuevo. Así que nada
      puede depender del `hash` de un texto ni del orden de un `set`: los dos son otros cada vez que
      se inicia Python. Aquí se permite fijar la semilla de todo el programa; los demás ajustes de
      PyTorch se quedan como están.
    - Tarda menos de cuatro segundos en un núcleo. Una bolsa de palabras lo consigue en una fracción
      de eso.

    Puedes probar el tuyo con `data/small_dbpedia_train.csv`: aparta algunos de sus artículos.

    >>> texts = ["a tall tree", "a green tree", "a fast car", "a red car"]
    >>> train_and_score(texts, [10, 10, 5, 5], ["a small tree", "a small car"], seed=0).argmax(dim=1)
    tensor([10,  5])
    """
    raise NotImplementedError


def compiled_scores(
    model: nn.Module, batches: Sequence[Sequence[torch.Tensor]], backend: str | Callable[..., Any]
) -> list[torch.Tensor]:
    """Haz que un modelo puntúe lotes a través de `torch.compile`: las mismas respuestas que sin él,
    más rápido.

    Compila el modelo con el `backend` indicado, la parte de `torch.compile` que genera código
    rápido a partir de lo que calcula el modelo. `batches` es una lista de tuplas de entradas:
    `model(*inputs)` da las puntuaciones de una. Devuelve una lista con las puntuaciones de cada
    lote, en su orden, calculadas por el modelo compilado. Las puntuaciones son para evaluar: pon el
    modelo en modo de evaluación y déjalo así; no necesitan gradiente. Los pesos del modelo no
    cambian.

    El backend propio de PyTorch, "inductor", necesita un compilador de C++ y escribe archivos, y
    eso no se permite al corregir. Por eso las pruebas pasan "eager", que ejecuta tal cual lo que se
    compiló, o una función suya que anota lo que recibe; su código puede devolver otros números,
    para que se reconozcan sus puntuaciones. Pasa `backend` tal como viene, sea lo que sea.

    >>> compiled_scores(nn.Linear(2, 3), [(torch.ones(4, 2),)], backend="eager")[0].shape
    torch.Size([4, 3])
    """
    raise NotImplementedError


def save_weights(model: nn.Module, file: str | Path | BinaryIO) -> None:
    """Depura: guarda los pesos de un modelo, y nada más.

    `file` es una ruta, o un archivo abierto para escribir bytes, como un `io.BytesIO`. Guarda el
    `state_dict()` del modelo con `torch.save`, de modo que `torch.load(file, weights_only=True)` lo
    devuelva. El modelo no cambia: puede estar en una GPU, y entonces sigue allí después. Da igual
    en qué dispositivo estén los tensores del archivo, y no se devuelve nada.

    El código de abajo guarda sin quejarse. El error llega cuando alguien carga el archivo, porque
    `torch.load` acepta pesos pero no objetos enteros, en los que pueden esconderse programas:

        _pickle.UnpicklingError: Weights only load failed. [...]
        WeightsUnpickler error: Unsupported global: GLOBAL torch.nn.modules.linear.Linear was not an
        allowed global by default.

    >>> import io
    >>> file = io.BytesIO()
    >>> save_weights(nn.Linear(2, 3), file)
    >>> _ = file.seek(0)
    >>> list(torch.load(file, weights_only=True))
    ['weight', 'bias']
    """
    torch.save(model, file)


def load_weights(model: nn.Module, file: str | Path | BinaryIO, device: str | torch.device) -> nn.Module:
    """Carga pesos guardados en un modelo, en el dispositivo en el que va a trabajar.

    `file` contiene lo que escribió `save_weights`, quizá en otra máquina, con dispositivos (una
    GPU, por ejemplo) que esta no tiene: di a `torch.load` que lo lleve todo a `device`, la CPU o
    una GPU de esta máquina, como texto o como `torch.device`. `model` se acaba de crear, con las
    mismas partes pero con otros pesos. Dale los guardados, llévalo a `device`, ponlo en modo de
    evaluación y devuélvelo: el mismo objeto, no una copia.

    Los archivos de otros pueden contener programas que se ejecutan al cargarlos. Carga con
    `weights_only=True`, que los rechaza con `pickle.UnpicklingError`; deja salir ese error. Si los
    nombres o las formas del archivo no encajan en el modelo, deja salir el `RuntimeError` de
    `load_state_dict`.

    >>> import io
    >>> file = io.BytesIO()
    >>> torch.save({"weight": torch.ones(1, 2), "bias": torch.zeros(1)}, file)
    >>> _ = file.seek(0)
    >>> load_weights(nn.Linear(2, 1), file, "cpu")(torch.tensor([3.0, 4.0]))
    tensor([7.], grad_fn=<ViewBackward0>)
    """
    raise NotImplementedError


def save_checkpoint(
    file: str | Path | BinaryIO,
    model: nn.Module,
    optimizer: torch.optim.Optimizer,
    scheduler: torch.optim.lr_scheduler.LRScheduler,
    generator: torch.Generator,
    epochs_done: int,
) -> None:
    """Guarda todo lo que necesita un entrenamiento para seguir más tarde como si nada lo hubiera
    interrumpido.

    `file` es una ruta, o un archivo abierto para escribir bytes. `generator` es un generador de
    números al azar de la CPU, del que el loader saca su orden, y `epochs_done` dice cuántas épocas
    del entrenamiento han terminado. Escribe con `torch.save` un solo dict, con estas cinco claves y
    ninguna otra:

    - "model", "optimizer" y "scheduler": lo que da `state_dict()` de cada uno;
    - "generator": el estado en que está ahora el generador, tal como lo da su `get_state()`;
    - "epochs_done": el int.

    `torch.load(file, weights_only=True)` puede leerlo. Da igual en qué dispositivo estén los
    tensores del archivo. No cambia nada más, y no se devuelve nada.

    >>> import io
    >>> file, model = io.BytesIO(), nn.Linear(2, 3)
    >>> optimizer = torch.optim.Adam(model.parameters(), lr=0.5)
    >>> scheduler = torch.optim.lr_scheduler.StepLR(optimizer, 2)
    >>> save_checkpoint(file, model, optimizer, scheduler, torch.Generator(), 7)
    >>> _ = file.seek(0)
    >>> checkpoint = torch.load(file, weights_only=True)
    >>> sorted(checkpoint), checkpoint["epochs_done"], list(checkpoint["model"])
    (['epochs_done', 'generator', 'model', 'optimizer', 'scheduler'], 7, ['weight', 'bias'])
    """
    raise NotImplementedError


def resume_checkpoint(
    file: str | Path | BinaryIO,
    model: nn.Module,
    optimizer: torch.optim.Optimizer,
    scheduler: torch.optim.lr_scheduler.LRScheduler,
    generator: torch.Generator,
) -> int:
    """Lleva un entrenamiento de vuelta al punto en que se guardó, y di cuántas épocas han
    terminado.

    `file` contiene lo que describe `save_checkpoint`. Los otros cuatro se acaban de crear como para
    un entrenamiento nuevo: con las mismas partes, hechos unos para otros, quizá con otros pesos,
    otra tasa u otra semilla. Da a cada uno su estado guardado, y devuelve el número de épocas que
    han terminado. Quien siga entrenando obtiene entonces, hasta el último bit, lo que habría dado
    un entrenamiento sin interrumpir.

    `model` puede estar en una GPU, y se queda en su dispositivo; también el estado del optimizador,
    que `load_state_dict` pone junto a los parámetros. `generator` está en la CPU y solo acepta un
    estado que esté allí. El archivo puede venir de una máquina con dispositivos que esta no tiene.
    Así que di a `torch.load` que lo lleve todo a la CPU; y carga con `weights_only=True`, que
    rechaza los programas con `pickle.UnpicklingError`: deja pasar ese error. Si los nombres o las
    formas del archivo no encajan con el modelo, deja pasar el `RuntimeError` de `load_state_dict`.

    Los cuatro siguen siendo los objetos que son, también los parámetros del modelo, que el
    optimizador seguirá cambiando. Que el modelo esté o no en modo de entrenamiento no cambia.

    >>> import io
    >>> def new_training(seed):
    ...     model = nn.Linear(2, 3)
    ...     optimizer = torch.optim.SGD(model.parameters(), lr=0.5)
    ...     scheduler = torch.optim.lr_scheduler.StepLR(optimizer, 2)
    ...     return model, optimizer, scheduler, torch.Generator().manual_seed(seed)
    >>> file, old, new = io.BytesIO(), new_training(0), new_training(1)
    >>> save_checkpoint(file, *old, 7)
    >>> _ = file.seek(0)
    >>> resume_checkpoint(file, *new)
    7
    >>> torch.equal(old[0].weight, new[0].weight), old[3].initial_seed() == new[3].initial_seed()
    (True, True)
    """
    raise NotImplementedError


def save_hub_folder(model: nn.Module, config: dict[str, Any], folder: str | Path) -> None:
    """Escribe un modelo como la carpeta que acepta el Hub de Hugging Face: pesos y configuración.

    `config` contiene los argumentos con los que se creó el modelo, por nombre: números y textos.
    Escribe dos archivos en `folder`, que se crea si aún no existe:

    - `model.safetensors`: el `state_dict()` del modelo en el formato safetensors, con los mismos
      nombres;
    - `config.json`: `config` como JSON.

    Los archivos con esos nombres que ya estén ahí se reemplazan. La función `save_file` de
    `safetensors.torch` escribe el formato (`pip install safetensors`; impórtala dentro de tu
    función). Solo acepta tensores cuyos elementos están en la memoria en su propio orden:
    `contiguous()` da uno así. No hay dos tensores del modelo que compartan memoria. El modelo y
    `config` no cambian.

    >>> import tempfile
    >>> with tempfile.TemporaryDirectory() as folder:
    ...     save_hub_folder(nn.Linear(2, 3), {"in_features": 2, "out_features": 3}, folder)
    ...     print(sorted(path.name for path in Path(folder).iterdir()))
    ['config.json', 'model.safetensors']
    """
    raise NotImplementedError


def load_hub_folder(make_model: Callable[..., nn.Module], folder: str | Path) -> nn.Module:
    """Crea un modelo a partir de una carpeta que escribió `save_hub_folder`.

    `make_model` es la clase del modelo, o una función que crea uno. Llámala con lo que contiene
    `config.json` como argumentos con nombre, da al modelo nuevo los pesos de `model.safetensors`,
    ponlo en modo de evaluación y devuélvelo. La función `load_file` de `safetensors.torch` lee los
    pesos (impórtala dentro de tu función). Si sus nombres o sus formas no encajan en el modelo,
    deja salir el `RuntimeError` de `load_state_dict`. Los archivos no cambian.

    >>> import tempfile
    >>> with tempfile.TemporaryDirectory() as folder:
    ...     save_hub_folder(nn.Linear(2, 3), {"in_features": 2, "out_features": 3}, folder)
    ...     load_hub_folder(nn.Linear, folder)
    Linear(in_features=2, out_features=3, bias=True)
    """
    raise NotImplementedError


def save_vocabulary_and_card(vocabulary: dict[str, int], title: str, folder: str | Path) -> None:
    """Pon en la carpeta de un modelo lo que otros necesitan para usarlo: el vocabulario y una ficha
    del modelo.

    Los dos archivos de `save_hub_folder` no dicen qué número tiene cada palabra, ni qué etiqueta
    tiene cada clase: sin eso nadie puede dar un texto al modelo ni leer su respuesta. `folder` ya
    existe, como texto o como `Path`. Escribe en ella dos archivos más, los dos en UTF-8; lo demás
    que haya allí se queda como está, y los archivos con estos nombres se sustituyen.

    - `vocab.json`: `vocabulary`, un dict como los de `build_vocabulary`, en JSON;
    - `README.md`: la ficha del modelo, que el Hub muestra a las personas. Empieza con los metadatos
      que lee el propio Hub, entre dos líneas `---`. Después vienen `title` como encabezado y los
      nombres de `CLASSES`, cada uno en su propia línea detrás de un guion y un espacio, en su
      orden.

    Con el título "My title" la ficha empieza así, y continúa hasta la última clase. Debajo de las
    cuatro primeras líneas puede haber líneas en blanco donde quieras.

        ---
        library_name: pytorch
        pipeline_tag: text-classification
        ---
        # My title
        - Company
        - EducationalInstitution

    `vocabulary` no cambia, y no se devuelve nada.

    >>> import tempfile
    >>> with tempfile.TemporaryDirectory() as folder:
    ...     save_vocabulary_and_card({"<pad>": 0, "<unk>": 1, "fox": 2}, "Foxes", folder)
    ...     print(json.loads((Path(folder) / "vocab.json").read_text())["fox"])
    ...     print("# Foxes" in (Path(folder) / "README.md").read_text().splitlines())
    2
    True
    """
    raise NotImplementedError


def classify_texts(texts: Sequence[str], make_model: Callable[..., nn.Module], folder: str | Path) -> list[str]:
    """Di de cada texto, tal como lo escriben las personas, el nombre de su clase.

    `folder` contiene los archivos de `save_hub_folder` y de `save_vocabulary_and_card`.
    `make_model` crea un modelo con los argumentos que contiene `config.json`, como en
    `load_hub_folder`; lo que crea se usa como un `BagClassifier`: `model(ids, offsets)` da una
    puntuación para cada una de las 14 clases. Cargado y puesto en modo de evaluación, puntúa las
    palabras de cada texto, que son las de `text_tokens`, con los números que tienen en
    `vocab.json`; una palabra que no está allí tiene el número de "<unk>".

    Devuelve una lista con un nombre de `CLASSES` por cada texto, en su orden: el de su puntuación
    más alta (nunca hay dos iguales). La etiqueta 0 tiene el primer nombre. Hay al menos un texto, y
    puede estar vacío o contener solo palabras desconocidas: aun así recibe una clase. Los archivos
    y los argumentos no cambian.

    >>> import tempfile
    >>> def make_model(size):
    ...     model = BagClassifier(size, 2, 14)
    ...     nn.init.zeros_(model.fc.weight)
    ...     model.fc.bias = nn.Parameter(torch.eye(14)[9])
    ...     return model
    >>> with tempfile.TemporaryDirectory() as folder:
    ...     save_hub_folder(make_model(3), {"size": 3}, folder)
    ...     save_vocabulary_and_card({"<pad>": 0, "<unk>": 1, "fox": 2}, "Foxes", folder)
    ...     classify_texts(["A fox!", ""], make_model, folder)
    ['Animal', 'Animal']
    """
    raise NotImplementedError
