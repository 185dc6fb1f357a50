"""The PDF/A gate: pikepdf's allow-list, an XMP rule of our own, the container.

The allow-list knows neither XMP extension schemas nor the `/CIDSet` of TrueType
subsets, so it judges a copy without both (the latter is optional in part 3); that
each property outside the predefined schemas is declared is checked here instead.
"""

from __future__ import annotations

import io

import pikepdf
from lxml import etree
from pikepdf.pdfa import validate_written

RDF = "{http://www.w3.org/1999/02/22-rdf-syntax-ns#}"
EXTENSION = "http://www.aiim.org/pdfa/ns/extension/"
SCHEMA = "{http://www.aiim.org/pdfa/ns/schema#}"
PROPERTY = "{http://www.aiim.org/pdfa/ns/property#}"
FACTUR_X = "{urn:factur-x:pdfa:CrossIndustryDocument:invoice:1p0#}"
JUDGED = {
    "http://purl.org/dc/elements/1.1/",
    "http://ns.adobe.com/xap/1.0/",
    "http://ns.adobe.com/pdf/1.3/",
    "http://www.aiim.org/pdfa/ns/id/",
}
# Predefined for PDF/A-2 and 3 as well, but unknown to the library.
PREDEFINED = JUDGED | {
    "http://ns.adobe.com/xap/1.0/mm/",
    "http://ns.adobe.com/xap/1.0/t/pg/",
}


def faults(pdf: bytes) -> list[str]:
    """Return everything that speaks against the file being PDF/A-3b."""
    report = validate_written(io.BytesIO(_judgeable(pdf)), "3b")
    found = [] if report.verdict == "pass" else [str(f) for f in report.findings]
    return [*found, *undeclared(pdf), *container_faults(pdf)]


def xmp(pdf: bytes) -> etree._Element:
    with pikepdf.open(io.BytesIO(pdf)) as opened:
        return etree.fromstring(opened.Root.Metadata.read_bytes())


def _properties(tree: etree._Element) -> list[etree._Element]:
    return [child for about in tree.iter(f"{RDF}Description") for child in about]


def _namespace(element: etree._Element) -> str:
    return str(etree.QName(element).namespace)


def undeclared(pdf: bytes) -> list[str]:
    tree = xmp(pdf)
    declared = set()
    bags = tree.findall(f".//{{{EXTENSION}}}schemas")
    for schema in tree.findall(f".//{{{EXTENSION}}}schemas/{RDF}Bag/{RDF}li"):
        namespace = schema.findtext(f"{SCHEMA}namespaceURI")
        names = schema.findall(f"{SCHEMA}property/{RDF}Seq/{RDF}li/{PROPERTY}name")
        declared |= {f"{{{namespace}}}{name.text}" for name in names}
    own = [
        str(element.tag)
        for element in _properties(tree)
        if _namespace(element) not in {*PREDEFINED, EXTENSION}
    ]
    found = [f"{tag} is not declared" for tag in own if tag not in declared]
    return found if len(bags) <= 1 else [*found, "more than one bag of schemas"]


def container_faults(pdf: bytes) -> list[str]:
    """Check what the library does not look at: ids, names and dates of the file."""
    found = []
    with pikepdf.open(io.BytesIO(pdf)) as opened:
        if "/ID" not in opened.trailer:
            found.append("no trailer /ID")
        associated = list(opened.Root.get("/AF", []))
        numbers = [specification.objgen for specification in associated]
        if len(set(numbers)) != len(numbers):
            found.append("a file is associated twice")
        for specification in associated:
            if str(specification.F) != str(specification.UF):
                found.append("F and UF differ")
            if "/ModDate" not in specification.EF.F.get("/Params", {}):
                found.append("no ModDate")
        names = {str(specification.UF) for specification in associated}
    stated = {e.text for e in xmp(pdf).iter(f"{FACTUR_X}DocumentFileName")}
    return found if stated == names else [*found, f"{stated} is not {names}"]


def _judgeable(pdf: bytes) -> bytes:
    """Return a copy with the XMP the library knows and without /CIDSet."""
    with pikepdf.open(io.BytesIO(pdf)) as opened:
        tree = etree.fromstring(opened.Root.Metadata.read_bytes())
        for element in _properties(tree):
            parent = element.getparent()
            if _namespace(element) not in JUDGED and parent is not None:
                parent.remove(element)
        etree.cleanup_namespaces(tree)
        opened.Root.Metadata = _metadata(opened, etree.tostring(tree))
        for item in opened.objects:
            if isinstance(item, pikepdf.Dictionary) and "/CIDSet" in item:
                del item["/CIDSet"]
        copy = io.BytesIO()
        opened.save(copy, deterministic_id=True)
    return copy.getvalue()


def _metadata(opened: pikepdf.Pdf, packet: bytes) -> pikepdf.Stream:
    frame = b'<?xpacket begin="\xef\xbb\xbf" id="W5M0MpCehiHzreSzNTczkc9d"?>'
    stream = opened.make_stream(frame + packet + b'<?xpacket end="r"?>')
    stream.Type, stream.Subtype = pikepdf.Name.Metadata, pikepdf.Name.XML
    return stream


def attached(pdf: bytes) -> dict[str, bytes]:
    with pikepdf.open(io.BytesIO(pdf)) as opened:
        return {
            name: specification.get_file().read_bytes()
            for name, specification in opened.attachments.items()
        }
