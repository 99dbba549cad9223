"""Cuándo ayuda el deep learning, de qué aprende y dónde se ejecuta: nueve preguntas.

Cada función hace una pregunta y tú respondes con la letra de una opción, como texto. Si la función
tiene un argumento `case`, pregunta lo mismo de varias situaciones y devuelve la letra de la opción
que corresponde a la situación que nombra `case`. Así se ve una respuesta:

    >>> def which_is_a_fruit(case):
    ...     answers = {"A": "b", "B": "a"}
    ...     return answers[case]
    >>> which_is_a_fruit("B")
    'a'

Las pruebas que puedes ejecutar comprueban que cada respuesta sea una de las opciones. Si es
correcta lo sabrás cuando se califique tu trabajo.
"""

from __future__ import annotations


def fits_deep_learning(case: str) -> str:
    """¿Le conviene el deep learning al proyecto que nombra `case`?

    Devuelve la letra de la única opción que decide la cuestión. `case` es "A", "B", "C" o "D":

    A) Un banco debe dar a cada persona a la que niega un préstamo las razones, en frases que ella
       pueda comprobar.
    B) Una tienda cobra 4 euros por un paquete de hasta 2 kilos y 7 euros hasta 10 kilos, y no
       acepta paquetes más pesados. Un programa tiene que decir el precio.
    C) Una aplicación tiene que decir qué ave suena en una grabación. Hay dos millones de
       grabaciones, hechas con toda clase de tiempo, y cada una dice qué ave es.
    D) Una clínica quiere reconocer una enfermedad nueva en radiografías. Tiene 30, y ninguna otra
       colección de imágenes muestra nada parecido.

    Opciones:

    a) Le conviene: nadie podría escribir estos patrones como reglas, y hay ejemplos de sobra.
    b) No le conviene: hay que decirle a alguien por qué, y las personas rara vez pueden leer lo que
       aprendió una red.
    c) No le conviene: unas pocas reglas sencillas lo resuelven todo.
    d) No le conviene: hay demasiado pocos ejemplos de los que aprender.
    """
    raise NotImplementedError


def fatal_errors() -> str:
    """¿Qué se sigue de un error que nadie puede aceptar?

    Una red tiene que elegir la dosis de un medicamento. En las pruebas eligió bien 999 de cada 1000
    veces, y una dosis equivocada puede matar. Devuelve la letra de la afirmación correcta:

    a) 999 de cada 1000 es mejor que la mayoría de las personas, así que se puede dejar que la red
       decida sola.
    b) Con más capas y más entrenamiento ya no cometerá errores, y entonces podrá decidir sola.
    c) Lo que responde no se puede prever para cada entrada, así que no se le debe dejar decidir
       sola.
    d) Cuando se equivoca lanza una excepción, y el programa puede capturarla y preguntar a un
       médico.
    """
    raise NotImplementedError


def moving_target() -> str:
    """¿Qué necesita una red cuando el mundo cambia?

    Una red filtra bien el spam. Un año después los remitentes usan otros trucos y cada vez se le
    escapan más. Devuelve la letra de lo que hay que hacer:

    a) Nada: una red sigue aprendiendo mientras se usa, y se pondrá al día.
    b) Averiguar a mano las nuevas reglas del spam y escribirlas en la red.
    c) Abandonar la red: el deep learning solo sirve para condiciones que no cambian.
    d) Entrenarla también con mensajes más recientes, marcados como spam o no.
    """
    raise NotImplementedError


def data_kind(case: str) -> str:
    """¿Son estructurados o no estructurados los datos que nombra `case`?

    Devuelve la letra de una opción. `case` es "A", "B", "C" o "D":

    A) una lista de pisos en venta, con la superficie, el número de habitaciones, la planta, el año
       y el precio de cada uno
    B) diez mil llamadas grabadas a un servicio de atención
    C) una hoja de cálculo con una sola columna, y en cada celda una carta que escribió un cliente
    D) el registro de una estación meteorológica: hora, temperatura, presión y lluvia, una línea por
       hora

    Opciones:

    a) estructurados: filas y columnas de valores, y cada columna dice una sola cosa de su fila
    b) no estructurados: lo que significan está en cómo se juntan muchas partes, y no en un valor
       suelto
    """
    raise NotImplementedError


def first_method(case: str) -> str:
    """¿Con qué familia de métodos conviene empezar para los datos que nombra `case`?

    Devuelve la letra de una opción. `case` es "A", "B" o "C":

    A) A partir de una tabla de 5000 clientes (edad, contrato, pagos, quejas), decir quién se irá.
    B) A partir de fotos de hojas, decir qué enfermedad tiene una planta.
    C) A partir de lo que los clientes escriben en sus cartas, decir de qué trata cada carta.

    Opciones:

    a) una red de convoluciones, que busca los mismos patrones pequeños por toda una cuadrícula de
       puntos
    b) una red para secuencias, como un transformer, que lee las palabras y lo que hay a su
       alrededor
    c) árboles de decisión potenciados (boosting), que preguntan por una columna tras otra
    """
    raise NotImplementedError


def kind_of_learning(case: str) -> str:
    """¿De qué tipo es el aprendizaje del proyecto que nombra `case`?

    Devuelve la letra de una opción. Donde se podría decir más de una, devuelve la que distingue a
    este proyecto de los demás. `case` es "A", "B", "C" o "D":

    A) Muchas fotos vienen cada una con el nombre de lo que muestra, y una red nueva aprende de
       ellas a nombrar lo que ve.
    B) Una tienda sabe qué compró cada cliente y nada más. Un modelo tiene que averiguar qué
       clientes se parecen.
    C) Una red que aprendió de millones de fotos se toma como comienzo de otra, que tiene que
       distinguir diez setas.
    D) Un programa juega una y otra vez a un juego, y solo aprende de los puntos que le traen sus
       jugadas.

    Opciones:

    a) aprendizaje por refuerzo
    b) aprendizaje supervisado
    c) aprendizaje por transferencia
    d) aprendizaje no supervisado
    """
    raise NotImplementedError


def few_photos() -> str:
    """¿Cómo empiezas si tienes pocos ejemplos?

    Tienes 300 fotos de hojas, cada una marcada como sana o enferma, y una red que alguien entrenó
    para nombrar las cosas de un millón de fotos cotidianas. Devuelve la letra del mejor primer
    intento:

    a) Conservar las capas que aprendieron a ver y entrenar una última capa nueva con las 300 fotos.
    b) Poner números aleatorios en todos sus pesos y entrenarla entera con las 300 fotos.
    c) Quitar las marcas, para que averigüe por sí sola qué hojas están enfermas.
    d) Usarla como está: entre un millón de fotos había hojas de sobra.
    """
    raise NotImplementedError


def half_precision() -> str:
    """¿Qué cambia cuando los pesos de una red pasan de float32 a float16?

    Devuelve la letra de la afirmación correcta:

    a) Ocupan la mitad de la memoria y guardan los mismos números hasta la última cifra.
    b) Ocupan la mitad de la memoria y guardan menos cifras; el hardware hecho para ello calcula más
       rápido.
    c) Ocupan la misma memoria que antes; solo es más corto lo que se imprime.
    d) Son más exactos, porque unos números con menos cifras pueden tener menos cifras equivocadas.
    """
    raise NotImplementedError


def cpu_or_gpu(case: str) -> str:
    """¿Dónde harías el trabajo que nombra `case`, y por qué allí?

    Tu ordenador tiene una CPU con unos pocos núcleos rápidos y una GPU con miles de núcleos más
    lentos. Devuelve la letra de una opción. `case` es "A", "B" o "C":

    A) Entrenar una red cuyas capas multiplican matrices grandes.
    B) Sumar los cinco precios de una cuenta.
    C) Recorrer un camino de un millón de pasos por un archivo, en el que cada línea dice cuál es la
       siguiente.

    Opciones:

    a) en la GPU, porque se hace el mismo cálculo con millones de números, todos independientes
    b) en la CPU, porque cada paso tiene que esperar al anterior
    c) en la CPU, porque es demasiado poco trabajo para que compense el viaje de ida y vuelta a la
       GPU
    """
    raise NotImplementedError
