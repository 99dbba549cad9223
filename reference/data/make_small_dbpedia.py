"""Writes the small corpus of `text_classification`: short encyclopedia texts of DBpedia's 14 classes, all invented.

    python reference/data/make_small_dbpedia.py

Students get `exercises/data/small_dbpedia_train.csv`; `reference/data/small_dbpedia_test.csv` is held out and stays
here. The layout is that of DBpedia's own CSV files: class number from 1 to 14, title, content. Names are made of
syllables, so that no text speaks of anybody or anything that exists. The same seed gives the same bytes.
"""

from __future__ import annotations

import csv
import io
import random
import re
from pathlib import Path

ROOT = Path(__file__).parent.parent.parent
TRAIN = ROOT / "exercises" / "data" / "small_dbpedia_train.csv"
TEST = ROOT / "reference" / "data" / "small_dbpedia_test.csv"

SEED = 14
TRAIN_EACH, TEST_EACH = 100, 40

# Words that any class may use: what a class is must follow from several words, not from one.
WORDS = {
    "country": "Norvia Eskara Tolmenia Brandia Sarovia Quendor Lutania Veremia Ostria Calpia Morania Zelandria".split(),
    "origin": "Norvian Eskaran Tolmenian Brandian Sarovian Quendoran Lutanian Veremian Ostrian Calpian".split(),
    "direction": ["north", "south", "east", "west", "north-west", "south-east"],
    "quality": "small large famous popular important independent modern old rare well-known notable local".split(),
    "color": "white yellow red blue green brown grey black".split(),
    "month": "January February March April May June July August September October November December".split(),
    "product": ["software", "furniture", "engines", "electronics", "toys", "clothing", "steel", "medicines", "food"],
    "business": ["manufacturer", "retailer", "bank", "publisher", "airline", "record label", "insurer", "brewery"],
    "subject": ["law", "medicine", "engineering", "music", "agriculture", "science", "art", "business", "theology"],
    "school": ["high school", "university", "college", "primary school", "boarding school", "institute"],
    "instrument": ["guitar", "piano", "violin", "drums", "bass", "flute", "trumpet", "cello"],
    "genre": ["rock", "jazz", "folk", "pop", "electronic", "country music", "hip hop", "classical", "metal"],
    "art": ["singer", "composer", "painter", "sculptor", "songwriter", "illustrator", "guitarist", "photographer"],
    "sport": ["football", "rugby", "tennis", "hockey", "cricket", "basketball", "baseball", "swimming", "rowing"],
    "position": ["midfielder", "goalkeeper", "defender", "forward", "captain", "pitcher", "striker", "sprinter"],
    "office": ["mayor", "senator", "governor", "minister", "judge", "ambassador", "member of parliament", "councillor"],
    "party": ["Labour Party", "Liberal Party", "National Party", "Green Party", "Farmers' Party", "Unity Party"],
    "vehicle": ["locomotive", "sports car", "destroyer", "light aircraft", "cargo ship", "submarine", "motorcycle"],
    "engine": ["steam", "diesel", "petrol", "electric", "turboprop", "four-cylinder", "jet"],
    "building": ["church", "house", "museum", "theatre", "castle", "hospital", "library", "hotel", "tower", "mill"],
    "style": ["Gothic", "Baroque", "Victorian", "Romanesque", "Art Deco", "Neoclassical"],
    "material": ["brick", "stone", "timber", "granite", "concrete", "sandstone"],
    "nature": ["river", "lake", "mountain", "glacier", "island", "volcano", "bay", "creek", "peak"],
    "animal": ["beetle", "moth", "frog", "snail", "fish", "bird", "lizard", "bat", "spider", "butterfly"],
    "habitat": ["forests", "rivers", "shrubland", "grassland", "caves", "wetlands", "mountains", "coastal waters"],
    "plant": ["tree", "shrub", "herb", "orchid", "fern", "grass", "moss", "cactus", "palm", "vine"],
    "part": ["leaves", "flowers", "stems", "seeds", "roots", "petals", "bark", "fruits"],
    "film": ["drama", "comedy", "thriller", "horror", "western", "documentary", "silent", "adventure", "romance"],
    "book": ["novel", "poem", "short story", "magazine", "newspaper", "play", "textbook", "comic", "journal"],
    "theme": ["a lost child", "two brothers", "a war", "a long journey", "a secret", "a village", "an old sailor"],
}

# For each class: how titles are made, first sentences, and sentences that may follow.
CLASSES = {
    "Company": (
        ["{Name} {suffix}", "{Name} & {Name}", "{Name} Group"],
        [
            "{title} is a {quality} {business} based in {Town}, {country}.",
            "{title} was a {origin} company that made {product}.",
            "{title} is a {origin} {business} and maker of {product}.",
        ],
        [
            "The company was founded in {year} by {Person} and employs about {count} people.",
            "It sells {product} in {country} and {country}.",
            "Its headquarters are in a {building} in {Town}.",
            "In {year} it was bought by {Name} Group and its shares left the stock exchange.",
            "It also owned a {school} for its workers and built {vehicle} parts.",
        ],
    ),
    "EducationalInstitution": (
        ["{Name} {School}", "{Town} {School}", "{School} of {Town}"],
        [
            "{title} is a {quality} {school} in {Town}, {country}.",
            "{title} is a public {school} for students of {subject} in the {direction} of {country}.",
            "{title} was founded in {year} as a {school} of {subject}.",
        ],
        [
            "It has about {count} students and teaches {subject} and {subject}.",
            "Its campus lies beside a {nature} in {Town}.",
            "The students play {sport} and {sport}.",
            "Degrees in {subject} have been awarded since {year}.",
            "The main {building} was given by the company {Name} {suffix}.",
        ],
    ),
    "Artist": (
        ["{Person}"],
        [
            "{title} (born {day} {month} {year}) is a {origin} {art}.",
            "{title} was a {origin} {art} known for {genre} and for portraits of {theme}.",
            "{title} is a {quality} {art} and {art} from {Town}, {country}.",
        ],
        [
            "She plays the {instrument} and the {instrument} in a {genre} band.",
            "He studied {subject} at the {school} of {Town}.",
            "His works hang in a {building} in {country}.",
            "She released a first album in {year}.",
            "Critics praised his paintings and songs about {theme}.",
        ],
    ),
    "Athlete": (
        ["{Person}"],
        [
            "{title} (born {day} {month} {year}) is a {origin} {sport} player.",
            "{title} is a former {sport} {position} who played for {Town} and {Town}.",
            "{title} was a {origin} {position} in professional {sport}.",
        ],
        [
            "He made his debut for the national team in {year}.",
            "She won a medal at the games in {country} and plays as a {position}.",
            "He scored {count} points in his career with the club of {Town}.",
            "He was signed by {Town} in the {year} season.",
            "After his career he studied {subject} and became a coach.",
        ],
    ),
    "OfficeHolder": (
        ["{Person}"],
        [
            "{title} (born {day} {month} {year}) is a {origin} politician of the {party}.",
            "{title} was the {office} of {Town} from {year} to {year}.",
            "{title} is a {origin} lawyer and {office} who represents {Town}.",
        ],
        [
            "He was elected in {year} as a member of the {party}.",
            "She studied {subject} and served as {office} of {country}.",
            "He lost the election of {year} to {Person}.",
            "Before that she led a {quality} company that sold {product}.",
            "He was appointed {office} by the president of {country}.",
        ],
    ),
    "MeanOfTransportation": (
        ["{Name} {number}", "{origin} {Vehicle} {Name}", "{Name} class {vehicle}"],
        [
            "The {title} is a {vehicle} built by {Name} {suffix} in {country}.",
            "{title} was a {origin} {vehicle} launched in {year}.",
            "The {title} is a {engine} {vehicle} of the {origin} navy and railways.",
        ],
        [
            "It has a {engine} engine and a top speed of {number} km per hour.",
            "About {count} were built between {year} and {year}.",
            "She was sunk near the {nature} of {Name} in {year}.",
            "The wheels and the hull are painted {color}.",
            "It carried passengers and freight from {Town} to {Town}.",
        ],
    ),
    "Building": (
        ["{Name} {Building}", "{Building} of {Town}", "{Town} {Building}"],
        [
            "{title} is a {style} {building} in {Town}, {country}.",
            "{title} is a historic {building} built of {material} in {year}.",
            "The {title} is a {quality} {building} in the {direction} of {Town}.",
        ],
        [
            "It was designed by the architect {Person} and is built of {material}.",
            "The {building} is listed as a monument since {year}.",
            "It stands {number} metres tall beside the {nature}.",
            "Its {color} roof was restored in {year}.",
            "It was a {school} for some time and is now owned by a {business}.",
        ],
    ),
    "NaturalPlace": (
        ["{Nature} {Name}", "{Name} {Nature}"],
        [
            "{title} is a {nature} in the {direction} of {country}.",
            "The {title} is a {quality} {nature} near {Town}, {country}.",
            "{title} is a {nature} that rises {count} metres above the sea.",
        ],
        [
            "The {nature} flows {direction} into the {nature} of {Name}.",
            "It lies {number} km {direction} of the village of {Town}.",
            "Its waters and slopes are home to a {quality} {animal}.",
            "Its basin covers {count} square kilometres of {habitat}.",
            "It was named after {Person}, who climbed it in {year}.",
        ],
    ),
    "Village": (
        ["{Town}", "{Town}, {country}", "{Town} {Direction}"],
        [
            "{title} is a village in the district of {Town}, {country}.",
            "{title} is a {quality} village in the {direction} of {country}.",
            "{title} is a settlement and municipality in {Name} County.",
        ],
        [
            "At the {year} census its population was {count} in {number} families.",
            "It lies {number} km {direction} of {Town}.",
            "The village has a {building} and a {school}.",
            "It lies by the {nature} of {Name} in the rural district of {Town}.",
            "The inhabitants grow {plant} crops and make {product}.",
        ],
    ),
    "Animal": (
        ["{Latin} {latin}", "{Name}'s {animal}"],
        [
            "{title} is a species of {animal} in the family {Latin}idae.",
            "The {title} is a {quality} {animal} found in {country}.",
            "{title} is a {color} {animal} described by {Person} in {year}.",
        ],
        [
            "Its natural habitats are {habitat} and {habitat}.",
            "The wingspan is {number} mm and the body is {color}.",
            "The larvae feed on the {part} of a {plant}.",
            "It is threatened by the loss of its habitat in the {direction} of {country}.",
            "Females lay their eggs in {habitat} in {month}.",
        ],
    ),
    "Plant": (
        ["{Latin} {latin}", "{Name} {plant}"],
        [
            "{title} is a species of {plant} in the genus {Latin}.",
            "{title} is a {color} flowering {plant} native to {country}.",
            "The {title} is a {quality} {plant} that grows in {habitat}.",
        ],
        [
            "Its {part} are {color} and its {part} are up to {number} cm long.",
            "It grows in the {habitat} of {country}.",
            "It flowers in {month} and its seeds are eaten by a {animal}.",
            "It is grown as an ornamental {plant} in gardens.",
            "It was described by the botanist {Person} in {year}.",
        ],
    ),
    "Album": (
        ["{Phrase}", "{Phrase} ({year} album)", "Songs of {Name}"],
        [
            "{title} is the {ordinal} studio album by the {origin} {genre} band {Name}.",
            "{title} is a {genre} album by {Person}, released in {year}.",
            "{title} is a live album by the {art} {Person}.",
        ],
        [
            "It was released in {month} {year} on {Name} Records.",
            "The album has {number} tracks with {instrument} and {instrument}.",
            "It reached number {number} on the charts in {country}.",
            "It was recorded in a {building} in {Town}.",
            "Its single is the theme of a {film} film about {theme}.",
        ],
    ),
    "Film": (
        ["{Phrase}", "{Phrase} ({year} film)", "The {Building} of {Name}"],
        [
            "{title} is a {year} {origin} {film} film directed by {Person}.",
            "{title} is a {film} film about {theme}, starring {Person} and {Person}.",
            "{title} is a {quality} {film} film written and directed by {Person}.",
        ],
        [
            "It is based on a {book} by {Person}.",
            "The film was shot in {country} and tells of {theme}.",
            "It was released in {month} {year} and won a prize at the festival of {Town}.",
            "The music is by {Person}, a {art} of {genre}.",
            "The screenplay was rejected by {number} studios.",
        ],
    ),
    "WrittenWork": (
        ["{Phrase}", "The {Phrase}", "{Town} Journal of {Subject}"],
        [
            "{title} is a {book} by the {origin} author {Person}.",
            "{title} is a {quality} {book} about {theme}, published in {year}.",
            "{title} is a {origin} {book} of {subject} published since {year}.",
        ],
        [
            "It was first published in {year} by {Name} {suffix}.",
            "The {book} tells the story of {theme}.",
            "It has {count} pages and was translated into {number} languages.",
            "A {film} film of it was made in {year}.",
            "The editor is {Person}, a {art} from {Town}.",
        ],
    ),
}

SHARED_ENDINGS = [
    "It is {quality} in {country}.",
    "It is also known as {Name}.",
    "It was in the news in {month} {year}.",
    "There is a {building} of the same name in {Town}.",
    "Little is known of its early years.",
    "See also {Name} and {Town}.",
]

KINDS_OF_THINGS = ("school", "building", "nature", "animal", "plant", "vehicle", "origin")

# Some texts hold a sentence of another class, as real articles do.
SHARE_OF_STRANGE_SENTENCES = 0.2

ONSETS = "b br c ch d dr f g gr h k l m n p pl r s sh st t tr v w z".split()
VOWELS = "a e i o u ai ei ou".split()
CODAS = ["", "", "l", "n", "r", "s", "m", "rd", "nt"]
TOWN_ENDINGS = "ton ville burg mouth field stad ovo ino wick by".split()
LATIN_ENDINGS = "us a um ensis ata oides ella".split()
FIRST_NAMES = (
    "Ada Bela Carlo Dora Emil Fina Goran Hilda Ivo Jana Karel Lina Milo Nora Oskar Petra Rosa Timo Vera".split()
)
PHRASES_OF = ("Silent Broken Golden Distant Last Hidden Winter Electric Burning".split(),
              "Garden River Window Letters Night Machine Stones Harbour Shadows Road".split())  # fmt: skip


class Writer:
    """Fills the braces of templates; one generator of random numbers makes every choice."""

    def __init__(self, seed: int) -> None:
        self.random = random.Random(seed)
        self.title = ""
        self.same: dict[str, str] | None = None  # what a title and its first sentence share

    def article(self, name: str) -> tuple[str, str]:
        """A title and a content for a class."""
        titles, openings, details = CLASSES[name]
        self.title, self.same = "", {}
        self.title = self.filled(self.random.choice(titles))
        opening = self.filled(self.random.choice(openings))
        self.same = None
        chosen = self.random.sample(details, self.random.randint(1, 2))
        if self.random.random() < SHARE_OF_STRANGE_SENTENCES:
            other = self.random.choice(sorted(CLASSES))
            chosen.append(self.random.choice(CLASSES[other][2]))
        if self.random.random() < 0.4:
            chosen.append(self.random.choice(SHARED_ENDINGS))
        return self.title, " ".join([opening, *(self.filled(sentence) for sentence in chosen)])

    def filled(self, template: str) -> str:
        text = re.sub(r"\{(\w+)\}", lambda found: self.word(found.group(1)), template)
        return re.sub(r"\b([Aa]) (?=[aeio]|uni(?!v)|[AEIO])", r"\1n ", text)

    def word(self, slot: str) -> str:
        """What stands for `{slot}`; `{Slot}` is the same with capitals. A title and its first sentence agree."""
        if slot == "title":
            return self.title
        if slot.lower() not in WORDS:
            return str(getattr(self, slot)())
        choice = self.random.choice(WORDS[slot.lower()])
        if self.same is not None and slot.lower() in KINDS_OF_THINGS:
            choice = self.same.setdefault(slot.lower(), choice)
        return choice if slot in WORDS else choice.title()

    def syllables(self, count: int) -> str:
        parts = [self.random.choice(ONSETS) + self.random.choice(VOWELS) + self.random.choice(CODAS)]
        parts += [self.random.choice(ONSETS) + self.random.choice(VOWELS) for _ in range(count - 1)]
        return "".join(parts)

    def Name(self) -> str:
        return self.syllables(2).title()

    def Town(self) -> str:
        return self.syllables(1).title() + self.random.choice(TOWN_ENDINGS)

    def Person(self) -> str:
        initial = f" {self.random.choice('ABCDEFGHJKLMNPRSTW')}." if self.random.random() < 0.2 else ""
        nickname = f' "{self.syllables(1).title()}"' if self.random.random() < 0.05 else ""
        return f"{self.random.choice(FIRST_NAMES)}{initial}{nickname} {self.Name()}"

    def Latin(self) -> str:
        return (self.syllables(2) + self.random.choice(LATIN_ENDINGS[:3])).title()

    def latin(self) -> str:
        return self.syllables(2) + self.random.choice(LATIN_ENDINGS)

    def Phrase(self) -> str:
        return " ".join(self.random.choice(words) for words in PHRASES_OF)

    def suffix(self) -> str:
        return self.random.choice(["Ltd", "Inc.", "Corporation", "Works", "Holdings", "Brothers"])

    def ordinal(self) -> str:
        return self.random.choice(["first", "second", "third", "fourth", "fifth"])

    def year(self) -> int:
        return self.random.randint(1850, 2015)

    def day(self) -> int:
        return self.random.randint(1, 28)

    def count(self) -> int:
        return self.random.randint(100, 4000)

    def number(self) -> int:
        return self.random.randint(2, 90)


def rows(writer: Writer, each: int, seen: set[str]) -> list[tuple[int, str, str]]:
    """`each` articles of every class, shuffled; none that is in `seen` already."""
    made = []
    for number, name in enumerate(CLASSES, start=1):
        for _ in range(each):
            title, content = writer.article(name)
            while content in seen:
                title, content = writer.article(name)
            seen.add(content)
            made.append((number, title, f" {content}"))  # DBpedia's contents begin with a space too
    writer.random.shuffle(made)
    return made


def as_csv(articles: list[tuple[int, str, str]]) -> str:
    text = io.StringIO()
    csv.writer(text, quoting=csv.QUOTE_NONNUMERIC, lineterminator="\n").writerows(articles)
    return text.getvalue()


def corpus() -> dict[Path, str]:
    """What each of the two files holds."""
    writer, seen = Writer(SEED), set()
    return {TRAIN: as_csv(rows(writer, TRAIN_EACH, seen)), TEST: as_csv(rows(writer, TEST_EACH, seen))}


if __name__ == "__main__":
    for path, text in corpus().items():
        path.write_text(text, encoding="utf-8", newline="\n")
