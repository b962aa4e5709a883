"""Where the demonstration's goods come from and where they meet the Union's border.

Codes are UN/LOCODE; modes are those of data element 19 03: 1 sea, 2 rail, 3 road, 4 air, 5 post.
"""

from dataclasses import dataclass
from functools import cache

#: code | name in a sentence | mode: places of loading
_ABROAD = """
AE | the United Arab Emirates | 1: AEJEA | 4: AEDXB AESHJ
BD | Bangladesh | 1: BDCGP | 4: BDDAC
BR | Brazil | 1: BRSSZ BRPNG | 4: BRGRU
BY | Belarus | 2: BYMSQ | 3: BYMSQ BYGNA
CM | Cameroon | 1: CMDLA
CN | China | 1: CNSHA CNNGB CNYTN CNTAO CNXMN | 2: CNCKG CNCTU | 3: CNURC | 4: CNCAN CNSZX CNSHA | 5: CNCAN CNSZX
CO | Colombia | 1: COCTG COSMR COTRB | 4: COBOG
CR | Costa Rica | 1: CRMOB
EC | Ecuador | 1: ECGYE | 4: ECUIO
EG | Egypt | 1: EGALY EGPSD EGDAM | 4: EGCAI
GB | the United Kingdom | 1: GBFXT | 3: GBDVR | 4: GBLHR | 5: GBLON
GH | Ghana | 1: GHTEM
HK | Hong Kong | 1: HKHKG | 4: HKHKG | 5: HKHKG
IN | India | 1: INNSA INMUN | 4: INDEL INBOM | 5: INDEL
KZ | Kazakhstan | 2: KZALA | 3: KZALA | 4: KZALA
LB | Lebanon | 1: LBBEY | 4: LBBEY
MA | Morocco | 1: MAPTM MACAS | 3: MATNG
MY | Malaysia | 1: MYPKG MYTPP
NG | Nigeria | 1: NGAPP NGTIN | 4: NGLOS | 5: NGLOS
PE | Peru | 1: PECLL
PK | Pakistan | 1: PKKHI | 4: PKKHI
RS | Serbia | 2: RSBEG | 3: RSBEG RSINV | 4: RSBEG | 5: RSBEG
SG | Singapore | 4: SGSIN | 5: SGSIN
SN | Senegal | 1: SNDKR
TH | Thailand | 1: THLCH | 2: THBKK | 4: THBKK
TR | Türkiye | 1: TRAMB TRMER TRIZM | 2: TRIST | 3: TRIST TRBTZ | 4: TRIST | 5: TRIST
TZ | Tanzania | 1: TZDAR
UA | Ukraine | 1: UAODS | 2: UALWO | 3: UALWO UAIEV | 5: UAIEV
US | the United States | 1: USHOU USNYC | 4: USMIA | 5: USNYC
VN | Viet Nam | 1: VNSGN VNHPH | 2: VNHAN | 4: VNSGN VNHAN
"""
#: organisation | mode: place of entry and its name
_ENTRIES = """
AT | 2: ATVIE Vienna | 3: ATVIE Vienna | 4: ATVIE Vienna | 5: ATVIE Vienna
BE | 1: BEANR Antwerp, BEZEE Zeebrugge | 3: BEBRU Brussels | 4: BELGG Liège, BEBRU Brussels | 5: BELGG Liège
BG | 1: BGVAR Varna, BGBOJ Burgas | 3: BGSVI Svilengrad | 4: BGSOF Sofia | 5: BGSOF Sofia
CY | 1: CYLMS Limassol | 4: CYLCA Larnaca | 5: CYLCA Larnaca
CZ | 2: CZPRG Prague | 3: CZPRG Prague | 4: CZPRG Prague | 5: CZPRG Prague
DE | 1: DEHAM Hamburg, DEBRV Bremerhaven | 2: DEDUI Duisburg | 3: DEMUC Munich | 4: DEFRA Frankfurt, DELEJ Leipzig | \
5: DECGN Cologne
DK | 1: DKAAR Aarhus | 3: DKCPH Copenhagen | 4: DKCPH Copenhagen | 5: DKCPH Copenhagen
EE | 1: EETLL Tallinn | 3: EENAR Narva | 4: EETLL Tallinn | 5: EETLL Tallinn
EL | 1: GRPIR Piraeus, GRSKG Thessaloniki | 3: GRSKG Thessaloniki | 4: GRATH Athens | 5: GRATH Athens
ES | 1: ESVLC Valencia, ESALG Algeciras, ESBCN Barcelona | 3: ESLJU La Junquera | 4: ESMAD Madrid, ESZAZ Zaragoza | \
5: ESMAD Madrid
FI | 1: FIHEL Helsinki, FIKTK Kotka | 3: FIHEL Helsinki | 4: FIHEL Helsinki | 5: FIHEL Helsinki
FR | 1: FRLEH Le Havre, FRMRS Marseille | 3: FRCQF Calais | 4: FRCDG Roissy | 5: FRCDG Roissy
HR | 1: HRRJK Rijeka | 3: HRZAG Zagreb | 4: HRZAG Zagreb | 5: HRZAG Zagreb
HU | 2: HUBUD Budapest | 3: HUSZG Szeged | 4: HUBUD Budapest | 5: HUBUD Budapest
IE | 1: IEDUB Dublin, IEORK Cork | 3: IEROS Rosslare | 4: IEDUB Dublin | 5: IEDUB Dublin
IT | 1: ITGOA Genoa, ITGIT Gioia Tauro, ITLIV Livorno, ITTRS Trieste | 3: ITTRS Trieste, ITBRI Bari | \
4: ITMXP Malpensa, ITFCO Fiumicino | 5: ITMIL Milan
LT | 1: LTKLJ Klaipėda | 2: LTVNO Vilnius | 3: LTVNO Vilnius | 4: LTVNO Vilnius | 5: LTVNO Vilnius
LU | 3: LULUX Luxembourg | 4: LULUX Luxembourg | 5: LULUX Luxembourg
LV | 1: LVRIX Riga | 3: LVRIX Riga | 4: LVRIX Riga | 5: LVRIX Riga
MT | 1: MTMAR Marsaxlokk | 4: MTMLA Luqa | 5: MTMLA Luqa
NL | 1: NLRTM Rotterdam, NLVLI Vlissingen | 3: NLVEN Venlo | 4: NLAMS Schiphol, NLMST Maastricht | 5: NLAMS Schiphol
PL | 1: PLGDN Gdańsk, PLGDY Gdynia | 2: PLWAW Warsaw | 3: PLTER Terespol, PLWAW Warsaw | 4: PLWAW Warsaw, \
PLKTW Katowice | 5: PLWAW Warsaw
PT | 1: PTLEI Leixões, PTSIE Sines | 4: PTLIS Lisbon | 5: PTLIS Lisbon
RO | 1: ROCND Constanța | 3: ROBUH Bucharest | 4: ROBUH Bucharest | 5: ROBUH Bucharest
SE | 1: SEGOT Gothenburg | 3: SEMMA Malmö | 4: SEARN Arlanda | 5: SEMMA Malmö
SI | 1: SIKOP Koper | 3: SILJU Ljubljana | 4: SILJU Ljubljana | 5: SILJU Ljubljana
SK | 2: SKKSC Košice | 3: SKBTS Bratislava | 4: SKBTS Bratislava | 5: SKBTS Bratislava
CH | 3: CHBSL Basel | 4: CHZRH Zurich | 5: CHZRH Zurich
NO | 1: NOOSL Oslo | 3: NOSVI Svinesund | 4: NOOSL Oslo | 5: NOOSL Oslo
"""


@dataclass(frozen=True)
class Abroad:
    """A country outside the Union with its places of loading by mode."""

    code: str
    name: str
    loading: dict[str, list[str]]


@dataclass(frozen=True)
class Entry:
    """A place at the Union's border: its UN/LOCODE and how people call it."""

    locode: str
    name: str

    @property
    def office(self) -> str:
        """The customs office there, under a made-up identifier of the right shape (an8)."""
        return f"{self.locode}000"


def _lines(table: str) -> list[list[str]]:
    return [[cell.strip() for cell in line.split("|")] for line in table.strip().splitlines()]


@cache
def abroad() -> dict[str, Abroad]:
    """Every country of origin by its code."""
    found = {}
    for code, name, *modes in _lines(_ABROAD):
        pairs = [mode.split(": ") for mode in modes]
        found[code] = Abroad(code, name, {mode: codes.split() for mode, codes in pairs})
    return found


@cache
def entries() -> dict[str, dict[str, list[Entry]]]:
    """The places of entry of each administration by mode."""
    found: dict[str, dict[str, list[Entry]]] = {}
    for code, *modes in _lines(_ENTRIES):
        pairs = [mode.split(": ") for mode in modes]
        found[code] = {
            mode: [Entry(*place.strip().split(" ", 1)) for place in places.split(",")] for mode, places in pairs
        }
    return found
