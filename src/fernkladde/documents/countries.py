"""Names of countries as they stand on an envelope; others keep their code.

A table of our own, so that an address prints the same in ten years.
"""

from __future__ import annotations

_NAMES = """
AE Vereinigte Arabische Emirate|United Arab Emirates
AR Argentinien|Argentina
AT Österreich|Austria
AU Australien|Australia
BA Bosnien und Herzegowina|Bosnia and Herzegovina
BE Belgien|Belgium
BG Bulgarien|Bulgaria
BR Brasilien|Brazil
CA Kanada|Canada
CH Schweiz|Switzerland
CL Chile|Chile
CN China|China
CY Zypern|Cyprus
CZ Tschechien|Czechia
DE Deutschland|Germany
DK Dänemark|Denmark
EE Estland|Estonia
EG Ägypten|Egypt
ES Spanien|Spain
FI Finnland|Finland
FR Frankreich|France
GB Vereinigtes Königreich|United Kingdom
GR Griechenland|Greece
HR Kroatien|Croatia
HU Ungarn|Hungary
ID Indonesien|Indonesia
IE Irland|Ireland
IL Israel|Israel
IN Indien|India
IS Island|Iceland
IT Italien|Italy
JP Japan|Japan
KR Südkorea|South Korea
LI Liechtenstein|Liechtenstein
LT Litauen|Lithuania
LU Luxemburg|Luxembourg
LV Lettland|Latvia
MA Marokko|Morocco
MT Malta|Malta
MX Mexiko|Mexico
MY Malaysia|Malaysia
NL Niederlande|Netherlands
NO Norwegen|Norway
NZ Neuseeland|New Zealand
PL Polen|Poland
PT Portugal|Portugal
RO Rumänien|Romania
RS Serbien|Serbia
SA Saudi-Arabien|Saudi Arabia
SE Schweden|Sweden
SG Singapur|Singapore
SI Slowenien|Slovenia
SK Slowakei|Slovakia
TH Thailand|Thailand
TR Türkei|Türkiye
UA Ukraine|Ukraine
US USA|USA
VN Vietnam|Vietnam
XI Nordirland|Northern Ireland
ZA Südafrika|South Africa
"""
_BY_CODE = {row[:2]: tuple(row[3:].split("|")) for row in _NAMES.strip().splitlines()}


def country_name(code: str, language: str) -> str:
    """Return the name in capitals, as the post wants the last line."""
    german, english = _BY_CODE.get(code, (code, code))
    return (english if language == "en" else german).upper()
