"""Units of measurement and currencies: one name for each, however it is written.

The case of a symbol counts (MW is not mW, m is not M), the case of a word does not (Weeks, weeks). A name can mean
more than one unit: pounds are money or weight, a degree is an angle or a temperature.
"""

import re

_PREFIXED = {
    "m": "n μ m c d k",
    "g": "n μ m k",
    "l": "μ m c d h",
    "s": "n μ m",
    "A": "μ m k",
    "V": "μ m k M",
    "W": "μ m k M G T",
    "Wh": "m k M G T",
    "Wp": "k M",
    "VA": "k M",
    "Hz": "m k M G T",
    "Pa": "m h k M G",
    "bar": "m",
    "J": "m k M G",
    "N": "m k M",
    "Ω": "m k M",
    "F": "p n μ",
    "B": "k M G T P Ki Mi Gi Ti",
    "bit": "k M G",
    "eV": "k M",
    "mol": "μ m",
    "Bq": "k M G",
    "Sv": "μ m",
    "cal": "k",
    "t": "k M",
    "K": "m",
}
_SYMBOLS = {prefix + base: prefix + base for base, prefixes in _PREFIXED.items() for prefix in ["", *prefixes.split()]}
_SYMBOLS |= {name[:-1] + "L": name for name in _SYMBOLS if name.endswith("l") and not name.endswith("cal")}
_SYMBOLS |= {name + power: name + power for name in ("mm", "cm", "dm", "m", "km") for power in "23"}
_OTHER_SYMBOLS = "% ‰ ° °C °F h min d ha dB ppm ppb M T G S H psi rpm px dpi gal yd mi hp"
_SYMBOLS |= {name: name for name in _OTHER_SYMBOLS.split()}
_SYMBOLS |= {
    "°K": "K",
    "C": "°C",
    "qm": "m2",
    "sqm": "m2",
    "cbm": "m3",
    "KB": "kB",
    "Mb": "Mbit",
    "Gb": "Gbit",
    "kb": "kbit",
}
_SYMBOLS |= {"ft": "ft", "lb": "lb", "lbs": "lb", "oz": "oz", "mph": "mi/h", "kph": "km/h", "kmh": "km/h", "pp": "pp"}
_CURRENCY_SYMBOLS = {
    "€": "EUR",
    "$": "USD",
    "US$": "USD",
    "A$": "AUD",
    "C$": "CAD",
    "£": "GBP",
    "¥": "JPY",
    "₹": "INR",
    "Fr": "CHF",
    "SFr": "CHF",
    "zł": "PLN",
    "Kč": "CZK",
}
_CODES = """
    EUR USD CHF GBP JPY CNY INR AUD CAD NZD HKD SGD SEK NOK DKK ISK PLN CZK HUF RON BGN TRY RUB UAH ILS ZAR BRL MXN
    KRW THB AED SAR DM
"""
CURRENCIES = frozenset(_CODES.split())
_SYMBOLS |= {code: code for code in CURRENCIES} | _CURRENCY_SYMBOLS
# Written small as well; most other codes would be words then (try, all).
_FOLDED: dict[str, set[str]] = {"eur": {"EUR"}, "usd": {"USD"}, "chf": {"CHF"}, "gbp": {"GBP"}}
for _symbol, _unit in _SYMBOLS.items():
    if _unit not in CURRENCIES and (len(_symbol) > 1 or _symbol in "hdsgltmvw"):
        _FOLDED.setdefault(_symbol.casefold(), set()).add(_unit)

_ENDINGS = ("", "e", "er", "en", "em", "es")
_WORDS = {
    "s": "second seconds sec secs sekunde sekunden sek",
    "min": "minute minutes mins minuten minütig",
    "h": "hour hours hr hrs stunde stunden std stündig",
    "d": "day days tag tage tagen tages tägig kalendertag kalendertage kalendertagen",
    "working d": "workday workdays arbeitstag arbeitstage arbeitstagen werktag werktage werktagen",
    "week": "week weeks woche wochen wöchig",
    "month": "month months monat monate monaten monats monatig",
    "quarter": "quarter quarters quartal quartale quartalen",
    "year": "year years yr yrs jahr jahre jahren jahres jährig",
    "%": "percent prozent pct prozentig",
    "‰": "promille permille",
    "pp": "prozentpunkt prozentpunkte prozentpunkten",
    "times": "times mal",
    "m": "meter meters metre metres metern",
    "km": "kilometer kilometers kilometre kilometres kilometern",
    "cm": "centimeter centimeters centimetre centimetres zentimeter zentimetern",
    "mm": "millimeter millimeters millimetre millimetres millimetern",
    "in": "inch inches zoll",
    "ft": "foot feet fuß",
    "yd": "yard yards",
    "mi": "mile miles meile meilen",
    "m2": "quadratmeter quadratmetern",
    "m3": "kubikmeter kubikmetern",
    "ha": "hectare hectares hektar",
    "l": "liter liters litre litres litern",
    "ml": "milliliter milliliters millilitre millilitres millilitern",
    "gal": "gallon gallons gallone gallonen",
    "g": "gram grams gramm",
    "mg": "milligram milligrams milligramm",
    "kg": "kilo kilos kilogram kilograms kilogramm",
    "t": "tonne tonnes tonnen",
    "oz": "ounce ounces unze unzen",
    "W": "watt watts",
    "kW": "kilowatt kilowatts",
    "MW": "megawatt megawatts",
    "kWh": "kilowattstunde kilowattstunden",
    "V": "volt volts",
    "A": "ampere amperes amp amps",
    "B": "byte bytes",
    "MB": "megabyte megabytes",
    "GB": "gigabyte gigabytes",
    "TB": "terabyte terabytes",
    "K": "kelvin",
    "hp": "horsepower ps",
    "EUR": "euro euros",
    "USD": "dollar dollars",
    "CHF": "franken franc francs",
    "JPY": "yen",
    "CNY": "yuan renminbi",
    "INR": "rupee rupees rupien",
    "PLN": "zloty złoty",
    "cent": "cent cents ct",
    "°C": "celsius",
    "°F": "fahrenheit",
}
_NAMES = {name: {unit} for unit, names in _WORDS.items() for name in names.split()}
_NAMES |= {name + ending: units for name, units in _NAMES.items() if name.endswith("ig") for ending in _ENDINGS}
_NAMES |= {name: {"lb", "GBP"} for name in ("pound", "pounds", "pfund")}
_NAMES |= {name: {"°", "°C", "°F"} for name in ("grad", "degree", "degrees")}
_NAMES |= {name: {"SEK", "NOK", "DKK", "ISK", "CZK"} for name in ("krone", "kronen", "kronor", "kr")}
_NAMES |= {name: {"t", "short ton"} for name in ("ton", "tons")}
_TWO_WORDS = {
    "degree celsius": "°C",
    "degrees celsius": "°C",
    "grad celsius": "°C",
    "degrees c": "°C",
    "grad c": "°C",
    "degree fahrenheit": "°F",
    "degrees fahrenheit": "°F",
    "grad fahrenheit": "°F",
    "degrees f": "°F",
    "percentage point": "pp",
    "percentage points": "pp",
    "working day": "working d",
    "working days": "working d",
    "business day": "working d",
    "business days": "working d",
    "calendar day": "d",
    "calendar days": "d",
    "square meter": "m2",
    "square meters": "m2",
    "square metre": "m2",
    "square metres": "m2",
    "square feet": "ft2",
    "sq ft": "ft2",
    "sq m": "m2",
    "cubic meter": "m3",
    "cubic meters": "m3",
    "cubic metre": "m3",
    "cubic metres": "m3",
    "us dollar": "USD",
    "us dollars": "USD",
    "canadian dollars": "CAD",
    "australian dollars": "AUD",
    "swiss franc": "CHF",
    "swiss francs": "CHF",
    "schweizer franken": "CHF",
    "pounds sterling": "GBP",
    "british pounds": "GBP",
    "kilowatt hours": "kWh",
    "metric tons": "t",
}
TEMPERATURES = frozenset({"°", "°C", "°F", "K"})
# What something happens or is paid by; it is often left out where it is clear: 28 euros, 28 euros a day.
_PERIODS = frozenset({"d", "working d", "week", "month", "quarter", "year"})

_LETTER = r"[^\W\d_]"
CURRENCY = r"(?:(?:US|A|C)?\$|[€£¥₹]|S?Fr\.|\b(?:" + "|".join(sorted(CURRENCIES)) + r")\b)"
_NAME = rf"(?:[%‰]|°[ ]?[CFK]?(?!{_LETTER})|(?:US|A|C)?\$|[€£¥₹]|(?<!{_LETTER}){_LETTER}{{1,18}}[23]?(?![^\W_]))"
_UNIT = re.compile(rf"(?P<name>{_NAME})(?P<second>\.?[ ]{_LETTER}{{1,10}}(?![^\W_]))?")
_ONE_WORD = re.compile(_NAME)
_PER = re.compile(
    rf"[ ]?/[ ]?(?={_LETTER})|[ ](?P<word>per|pro|je|an?|each|every|im|am|jede[nrs]?|in der)[ ](?={_LETTER})"
)
# "5 in 2026" are not inches.
_INCHES = re.compile(r"in(?=$|\.[ ]|[,;)]|[ ]?[x×])")


def unit_named(name: str) -> frozenset[str]:
    name = name.rstrip(".")
    if name in _SYMBOLS:
        return frozenset({_SYMBOLS[name]})
    return frozenset(_NAMES.get(name.casefold()) or _FOLDED.get(name.casefold(), ()))


def unit_at(text: str, position: int) -> tuple[frozenset[str], str, int]:
    """The unit that begins at a position, what it is counted by if that is a period, and where it ends."""
    if inches := _INCHES.match(text, position):
        return frozenset({"in"}), "", inches.end()
    if not (found := _UNIT.match(text, position)):
        return frozenset(), "", position
    name, end = found["name"].replace(" ", ""), found.end("name")
    if found["second"] and (two := _TWO_WORDS.get(f"{name} {found['second'].strip(' .')}".casefold())):
        units, end = frozenset({two}), found.end()
    else:
        units = unit_named(name)
    if not units or not (by := _PER.match(text, end)) or not (other := _ONE_WORD.match(text, by.end())):
        return units, "", end
    per = unit_named(other[0])
    if per and (per <= _PERIODS or units <= CURRENCIES):
        return units, min(per), other.end()
    if per and by["word"] in (None, "per", "pro", "je"):
        return frozenset(f"{unit}/{one}" for unit in units for one in per), "", other.end()
    return units, "", end
