import pytest

from karussell.imports import Kind, without_private


@pytest.mark.parametrize(
    ("text", "kind", "item"),
    [
        ("see https://example.com/a?b=c now", Kind.LINK, "https://example.com/a?b=c"),
        ("at www.example.org now", Kind.LINK, "www.example.org"),
        ("on example.com/now there", Kind.LINK, "example.com/now"),
        ("write to anna.m@example.co.uk soon", Kind.ADDRESS, "anna.m@example.co.uk"),
        ("call 0176 1234567 now", Kind.TELEPHONE, "0176 1234567"),
        ("call +49 (0)30 123456-78 now", Kind.TELEPHONE, "+49 (0)30 123456-78"),
        ("call 06 12 34 56 78 now", Kind.TELEPHONE, "06 12 34 56 78"),
        ("call (555) 010-0199 now", Kind.TELEPHONE, "(555) 010-0199"),
        ("in 1984 it", Kind.NUMBER, "1984"),
        ("born 12.03.1988 in", Kind.NUMBER, "12.03.1988"),
        ("room A12345 is", Kind.NUMBER, "A12345"),
        ("at 192.168.0.1 now", Kind.NUMBER, "192.168.0.1"),
        ("to DE89 3704 0044 0532 0130 00 please", Kind.ACCOUNT, "DE89 3704 0044 0532 0130 00"),
        ("card 4111 1111 1111 1111 ok", Kind.ACCOUNT, "4111 1111 1111 1111"),
        ("card 3782 822463 10005 ok", Kind.ACCOUNT, "3782 822463 10005"),
        ("my password is bananas ok", Kind.PASSWORD, "bananas"),
        ("Passwort: Sonnenblume", Kind.PASSWORD, "Sonnenblume"),
        ("mot de passe : soleil", Kind.PASSWORD, "soleil"),
        ("la contraseña es mariposa", Kind.PASSWORD, "mariposa"),
        ("take Tr0ub4dor&3 then", Kind.PASSWORD, "Tr0ub4dor&3"),
        ("take passw0rd then", Kind.PASSWORD, "passw0rd"),
        ("PIN 471 ok", Kind.PASSWORD, "471"),
        ("code: X7K-93Q please", Kind.ONE_TIME, "X7K-93Q"),
        ("here is 482 913 for you", Kind.ONE_TIME, "482 913"),
        ("key sk-abcDEF1234567890 here", Kind.KEY, "sk-abcDEF1234567890"),
        ("key AKIAIOSFODNN7EXAMPLE here", Kind.KEY, "AKIAIOSFODNN7EXAMPLE"),
        ("it is aGVsbG8gd29ybGQgdGhpcyBpcw== ok", Kind.KEY, "aGVsbG8gd29ybGQgdGhpcyBpcw=="),
        ("sum d41d8cd98f00b204e980 ok", Kind.KEY, "d41d8cd98f00b204e980"),
        ("use `rm -rf` now", Kind.CODE, "`rm -rf`"),
        ("for (int i = 0; i < n; i++) { x[i] = 0; }", Kind.CODE, None),
        ("ask @anna_m now", Kind.HANDLE, "@anna_m"),
        ("so #blessed now", Kind.HANDLE, "#blessed"),
    ],
)
def test_what_is_private_is_cut_out_and_told(text: str, kind: Kind, item: str | None) -> None:
    left, found = without_private(text)
    assert [each.kind for each in found] == [kind]
    assert found[0].text == (item or text)
    assert found[0].text not in left


@pytest.mark.parametrize(
    "text",
    [
        "See you at 10:30 on 12.3., 3rd floor, room 12",
        "I don't know, e.g. an mp3 or COVID-19 :-)",
        "let me see (maybe; or not) :-) ;) <3 haha!!! :( :P",
        "and/or well-known he/she, Mr. Smith said...",
        "Donaudampfschifffahrtsgesellschaftskapitän",
        "The class was great: we let them go.",
        "¿Qué tal? «Bien», dijo. Ça va ?",
        "20-30 people, about 100",
        "你好我们明天见吧我今天很忙没有时间吃饭所以想早点睡觉",
    ],
)
def test_ordinary_writing_is_left_as_it_is(text: str) -> None:
    assert without_private(text) == (text, [])


def test_blocks_are_cut_out_whole() -> None:
    key = "-----BEGIN PRIVATE KEY-----\nMIIB\nabcd\n-----END PRIVATE KEY-----"
    left, found = without_private(f"before\n{key}\nafter\n```\nx = y\n```\nend")
    assert left.split() == ["before", "after", "end"]
    assert [each.kind for each in found] == [Kind.KEY, Kind.CODE]
    assert without_private("a\n```\nnever closed")[0].split() == ["a"]


@pytest.mark.parametrize("piece", ["a.", "1 ", "@", "`", "```\n", "a1B!", "-----BEGIN a-----", "é"])
def test_a_long_text_takes_no_longer_than_its_length(piece: str) -> None:
    without_private(piece * (100_000 // len(piece)))
