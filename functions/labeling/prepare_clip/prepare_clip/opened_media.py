"""Files of audio and video, opened by FFmpeg.

FFmpeg decides by a file's content what it is. Formats that lead to other files or to the network, such as playlists,
are not among those that are opened.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from fractions import Fraction
from typing import Any

import av
from av.container import InputContainer
from av.error import FFmpegError, InvalidDataError

from docent.errors.labeling import UnreadableClipError

FORMATS = "aac,ac3,aiff,amr,amrnb,amrwb,avi,caf,flac,matroska,mov,mp3,mpeg,mpegts,mpegvideo,ogg,w64,wav"
_OPTIONS = {"protocol_whitelist": "file", "format_whitelist": FORMATS}


@contextmanager
def opened(path: str) -> Iterator[InputContainer]:
    """Raises UnreadableClipError for what FFmpeg cannot read, while it is open too."""
    try:
        with av.open(path, "r", options=_OPTIONS) as container:
            yield container
    except FFmpegError as error:
        raise UnreadableClipError(f"The file cannot be decoded ({type(error).__name__}).") from error


def beginning_of(container: InputContainer) -> Fraction:
    """The time that a player shows as 0, in seconds of the file's own clock."""
    return Fraction(container.start_time or 0, av.time_base)


def packets_of(container: InputContainer, stream: Any) -> Iterator[Any]:
    """Decoded frames of one stream. A packet that is damaged is passed over, as players do."""
    for packet in container.demux(stream):
        try:
            yield from packet.decode()
        except InvalidDataError:
            continue
