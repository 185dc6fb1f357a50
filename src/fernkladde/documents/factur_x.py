"""The Factur-X properties in the PDF's XMP metadata, which Typst cannot write.

Typst writes a classic cross-reference table and leaves the metadata uncompressed,
so that the properties are put in by moving a few offsets: no parser, no second
file format library, and the same bytes each time. Where Typst's file looks
different (a new version), this refuses rather than guesses.
"""

from __future__ import annotations

import re

XML_NAME = "factur-x.xml"
_NAMESPACE = "urn:factur-x:pdfa:CrossIndustryDocument:invoice:1p0#"
_PROPERTIES = {
    "DocumentFileName": (XML_NAME, "name of the embedded XML invoice file"),
    "DocumentType": ("INVOICE", "type of the hybrid document"),
    "Version": ("1.0", "version of the XML schema of the embedded invoice"),
    "ConformanceLevel": ("EN 16931", "conformance level of the embedded invoice"),
}
_METADATA = re.compile(
    rb"\n[0-9]+ 0 obj\n<</Length ([0-9]+)/Type/Metadata/Subtype/XML>>\nstream\n"
)
_TABLE = re.compile(rb"xref\n0 [0-9]+\n((?:[0-9]{10} [0-9]{5} [nf]\r\n)+)trailer\n")
_SCHEMAS_END = b"</rdf:Bag></pdfaExtension:schemas>"
_PROPERTIES_END = b"</rdf:Description></rdf:RDF>"


class UnknownPdfForm(ValueError):
    """The PDF is not written the way this version of Typst writes it."""


def with_factur_x(pdf: bytes) -> bytes:
    """Return the PDF with the Factur-X properties and their extension schema."""
    found = _METADATA.search(pdf)
    if found is None:
        raise UnknownPdfForm("The PDF has no plain XMP metadata stream.")
    end = found.end() + int(found.group(1))
    metadata = _declared(pdf[found.end() : end])
    length = str(len(metadata)).encode()
    head = pdf[: found.start(1)] + length + pdf[found.end(1) : found.end()]
    grown = len(head) + len(metadata) - end
    return _shifted(head + metadata + pdf[end:], after=end, by=grown)


def _declared(metadata: bytes) -> bytes:
    """Append schema and properties; a second bag of schemas would be invalid."""
    for end in (_SCHEMAS_END, _PROPERTIES_END):
        if metadata.count(end) != 1:
            raise UnknownPdfForm("The XMP metadata has no bag of extension schemas.")
    metadata = metadata.replace(_SCHEMAS_END, _schema() + _SCHEMAS_END)
    opened = b"</rdf:Description>" + _values() + b"</rdf:RDF>"
    return metadata.replace(_PROPERTIES_END, opened)


def _schema() -> bytes:
    properties = "".join(
        '<rdf:li rdf:parseType="Resource">'
        "<pdfaProperty:category>external</pdfaProperty:category>"
        f"<pdfaProperty:description>{description}</pdfaProperty:description>"
        f"<pdfaProperty:name>{name}</pdfaProperty:name>"
        "<pdfaProperty:valueType>Text</pdfaProperty:valueType></rdf:li>"
        for name, (_, description) in _PROPERTIES.items()
    )
    return (
        '<rdf:li rdf:parseType="Resource">'
        "<pdfaSchema:schema>Factur-X PDFA Extension Schema</pdfaSchema:schema>"
        f"<pdfaSchema:namespaceURI>{_NAMESPACE}</pdfaSchema:namespaceURI>"
        "<pdfaSchema:prefix>fx</pdfaSchema:prefix>"
        f"<pdfaSchema:property><rdf:Seq>{properties}</rdf:Seq></pdfaSchema:property>"
        "</rdf:li>"
    ).encode()


def _values() -> bytes:
    values = "".join(
        f"<fx:{name}>{value}</fx:{name}>" for name, (value, _) in _PROPERTIES.items()
    )
    opening = f'<rdf:Description rdf:about="" xmlns:fx="{_NAMESPACE}">'
    return f"{opening}{values}</rdf:Description>".encode()


def _shifted(pdf: bytes, *, after: int, by: int) -> bytes:
    """Move the offsets of all objects that stood behind `after`."""
    found = _TABLE.search(pdf, after)
    if found is None:
        raise UnknownPdfForm("The PDF has no classic cross-reference table.")
    rows = (
        _row(row, after=after, by=by)
        for row in found.group(1).splitlines(keepends=True)
    )
    tail = re.sub(
        rb"startxref\n([0-9]+)\n",
        lambda start: b"startxref\n%d\n" % (int(start.group(1)) + by),
        pdf[found.end(1) :],
    )
    return pdf[: found.start(1)] + b"".join(rows) + tail


def _row(row: bytes, *, after: int, by: int) -> bytes:
    offset = int(row[:10])
    return b"%010d" % (offset + by) + row[10:] if offset >= after else row
