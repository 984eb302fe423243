"""Keys by the million over many connections: whether memory, files or threads are left behind.

    python -m tests.hostile.soak [KEYS] [CONNECTIONS]

Each connection types prose key by key, with slips, picks and corrections, and hangs up, sometimes
rudely. After a fifth of the keys the memory is looked at; at the end it has grown by 2 % at most.
"""

import random
import socket
import struct
import sys
import time

from tests.hostile.keyboards import Field, Server, serving

PROSE = (
    "I'll see you tomorrow at Anna's place, if the weather is good. Bring some cake! "
    "Did you recieve my mail about Zwetschgeria, the one at 12:30? We definately want to go. "
    "Thanks for the photos 😀 they are great, I have sent them to my mother and she was glad. "
    "No, not today; maybe next week, when Tomasz is back from Kraków. What do you think? "
)
NO_LINGER = struct.pack("ii", 1, 0)


def type_some(server: Server, rng: random.Random, keys: int) -> None:
    """Type in a field of its own, from anywhere in the prose."""
    field = Field(server)
    start = rng.randrange(len(PROSE))
    text = ""
    for key in range(keys):
        text += PROSE[(start + key) % len(PROSE)]
        if rng.random() < 0.03:
            text = text[:-1] + rng.choice("etaoin ")
        reply = field.say(type="ask", left=text[-1500:])
        if '"failure"' in reply[:30]:
            raise RuntimeError(reply)
        if rng.random() < 0.01:
            field.say(type="accept", answer=field.number, place=rng.choice([0, 1, 2]))
        if rng.random() < 0.002:
            field.say(type="reset")
            text = ""
    if rng.random() < 0.3:
        field.socket.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, NO_LINGER)
    field.close()


def main() -> None:
    """Type, and print what the server takes."""
    given = [int(each) for each in sys.argv[1:]]
    keys, connections = [*given, *(1_000_000, 1000)[len(given) :]]
    rng = random.Random(1)
    with serving() as server:
        type_some(server, rng, 200)
        quiet = server.looks()
        print(f"at first: {_told(quiet)}", flush=True)
        begun, base = time.perf_counter(), quiet[0]
        for number in range(1, connections + 1):
            type_some(server, rng, keys // connections)
            if number == connections // 5:
                base = server.looks()[0]
            if number % max(1, connections // 20) == 0:
                done = number * (keys // connections)
                lasted = time.perf_counter() - begun
                print(f"{done} keys, {lasted:.0f} s: {_told(server.looks())}", flush=True)
        time.sleep(3)
        last = server.looks()
    growth = 100 * (last[0] / base - 1)
    print(f"memory {growth:+.2f} % since a fifth of the keys")
    print(f"files {quiet[2]} and {last[2]}, threads {quiet[3]} and {last[3]}")


def _told(looks: tuple[float, float, int, int]) -> str:
    memory, most, files, threads = looks
    return f"{memory:.2f} MiB, at most {most:.1f}, {files} files, {threads} threads"


if __name__ == "__main__":
    main()
