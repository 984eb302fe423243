"""The component file: how IBus learns of the engine and starts it."""

from xml.sax.saxutils import escape

BUS_NAME = "org.freedesktop.IBus.Karussell"
ENGINE = "karussell"
FILE = "karussell.xml"

_ENGINE = f"""<engine>
    <name>{ENGINE}</name>
    <language>other</language>
    <license>Apache-2.0</license>
    <author>Karussell developers</author>
    <layout>default</layout>
    <longname>Karussell</longname>
    <description>A private predictive keyboard</description>
    <symbol>K</symbol>
    <icon>input-keyboard</icon>
    <rank>0</rank>
  </engine>"""


def engines() -> str:
    """The engines as IBus asks for them."""
    return f"<engines>\n  {_ENGINE}\n</engines>"


def component(command: str, version: str) -> str:
    """The component file.

    Args:
        command: What starts the engine, quoted as a shell wants it.
        version: Karussell's.
    """
    return f"""<?xml version="1.0" encoding="utf-8"?>
<component>
  <name>{BUS_NAME}</name>
  <description>Karussell, a private predictive keyboard</description>
  <exec>{escape(command)}</exec>
  <version>{escape(version)}</version>
  <author>Karussell developers</author>
  <license>Apache-2.0</license>
  <textdomain>karussell</textdomain>
  <engines>
  {_ENGINE}
  </engines>
</component>
"""
