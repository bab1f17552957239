"""Reads every document of a tar archive with Debian's feedparser and prints one JSON object a line: what the comparison looks at."""
import io
import json
import sys
import tarfile
import warnings

# feedparser guesses charsets where chardet happens to be installed, which it does not depend on; its answers must not hang on the machine.
sys.modules["chardet"] = sys.modules["cchardet"] = None

import feedparser

warnings.simplefilter("ignore")


def stamp(value):
    return None if value is None else "%04d-%02d-%02dT%02d:%02d:%02dZ" % value[:6]


def own(entry, key):
    # feedparser's own look-up gives one date for another.
    return dict.get(entry, key)


def read(name, data):
    try:
        result = feedparser.parse(io.BytesIO(data))
    except Exception as problem:  # the peer's own crash is a result, not ours to hide
        return {"file": name, "crash": repr(problem)}
    return {
        "file": name,
        "version": result.get("version", ""),
        "title": result.feed.get("title"),
        "link": result.feed.get("link"),
        "entries": [
            {
                "id": entry.get("id"),
                "title": entry.get("title"),
                "link": entry.get("link"),
                "published": stamp(own(entry, "published_parsed") or own(entry, "updated_parsed")),
            }
            for entry in result.entries
        ],
    }


with tarfile.open(sys.argv[1]) as archive:
    for member in archive:
        if member.isfile() and member.name.endswith((".xml", ".json")):
            print(json.dumps(read(member.name, archive.extractfile(member).read())))
