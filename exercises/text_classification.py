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

    Todos conservan el orden de `examples`, que no cambia. Los resultados no comparten memoria con
    él.

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

    Los gradientes fluyen hasta todas las partes del modelo. Ni este ni los demás argumentos
    cambian.

    El código de abajo no da ningún error, y la forma es correcta. Pero un texto corto recibe otras
    puntuaciones cuando uno más largo se une a su lote: la LSTM sigue leyendo, y lee "<pad>".

    >>> model = TextClassifier(50, 4, 8, 3)
    >>> ids, lengths = torch.tensor([[7, 9, 0, 0], [5, 5, 5, 5]]), torch.tensor([2, 4])
    >>> torch.allclose(padded_scores(model, ids, lengths)[:1], model(torch.tensor([[7, 9]])))
    True
    """
    output, _ = model.rnn(model.embedding(ids))
    return model.fc(output[:, -1])


def train_text_epoch(
    model: nn.Module, loader: Iterable[Sequence[torch.Tensor]], optimizer: torch.optim.Optimizer, max_norm: float
) -> float:
    """Entrena un modelo durante una época: recorre todos los lotes una vez, con un paso del
    optimizador en cada uno.

    `loader` es un `DataLoader` o una lista de lotes. El último elemento de un lote contiene las
    etiquetas, y todo lo anterior va al modelo: `model(*inputs)` da las puntuaciones. Así esta
    función sirve para un `BagClassifier` y también para otros. La pérdida es la entropía cruzada
    entre las puntuaciones y las etiquetas.

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


def loss_and_accuracy(model: nn.Module, loader: Iterable[Sequence[torch.Tensor]]) -> tuple[float, float]:
    """Depura: qué tal lo hace un modelo con todos los lotes de un loader.

    `loader` da lotes como en `train_text_epoch`, al menos uno. Devuelve dos floats de Python: la
    entropía cruzada media sobre todos los textos y la exactitud, que es la proporción de todos los
    textos cuya puntuación más alta es la de su etiqueta, de 0 a 1.

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
      entre medias se sacaron números al azar. Aquí se permite fijar la semilla de todo el programa;
      los demás ajustes de PyTorch quedan como están.
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
    compiló, o una función suya que anota lo que recibe y cuyo código puede responder con otros
    números, por los que se reconocen sus puntuaciones. Pasa `backend` tal como viene, sea lo que
    sea.

    >>> compiled_scores(nn.Linear(2, 3), [(torch.ones(4, 2),)], backend="eager")[0].shape
    torch.Size([4, 3])
    """
    raise NotImplementedError


def save_weights(model: nn.Module, file: str | Path | BinaryIO) -> None:
    """Depura: guarda los pesos de un modelo, y nada más.

    `file` es una ruta, o un archivo abierto para escribir bytes, como un `io.BytesIO`. Guarda el
    `state_dict()` del modelo con `torch.save`, de modo que `torch.load(file, weights_only=True)` lo
    devuelva. El modelo no cambia, y no se devuelve nada.

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

    `file` contiene lo que escribió `save_weights`, quizá en otra máquina, cuyos dispositivos (una
    GPU, por ejemplo) no tiene esta: di a `torch.load` que lo lleve todo a `device`. `model` se
    acaba de crear, con las mismas partes pero otros pesos. Dale los guardados, muévelo a `device`,
    ponlo en modo de evaluación y devuélvelo: el mismo objeto, no una copia.

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
