"""报表: documents: what leaves the house as PDF, XLSX or CSV, in Chinese and in traditional Mongolian.

Owns the plain description of a document (`document`), its definitions over the apps below, and the engines
that draw it. The only room that knows reportlab and the shaping of Mongolian; it changes no business row.
Given one document, every engine says the same titles, rows and amounts; the PDF is equal to the last byte.
"""
