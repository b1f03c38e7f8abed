package parser_test

import (
	"strings"
	"testing"
	"unicode/utf8"

	"github.com/stretchr/testify/require"

	"shortfare/parser"
)

// C08, keywords: however a phone writes letters and digits, and whatever it puts between
// them that nobody sees, the text means the same.
func TestC08WrittenOtherwise(t *testing.T) {
	ctx := goldenContext()
	for _, c := range []struct{ plain, nasty string }{
		{"BOOK G123 5DEC 2", "ＢＯＯＫ　Ｇ１２３　５ＤＥＣ　２"},
		{"BOOK G123 5DEC 2", "\ufeffBOOK\u200b G1\u200d23 5DEC\ufe0f 2\u2060"},
		{"BOOK G123 5DEC 2", "\u202aBOOK\u202c \u2066G123\u2069 5DEC 2\u200f"},
		{"BOOK G123 5DEC 2", "🎫 BOOK G123 5DEC 2 🙏🏽"},
		{"BOOK G123 5DEC 2", "  BOOK\tG123\r\n5DEC\n\n2  "},
		{"BOOK G123 5DEC 2", "“BOOK G123 5DEC 2”"},
		{"BOOK G123 5DEC 2", "𝐁𝐎𝐎𝐊 𝐆𝟏𝟐𝟑 5DEC ②"},
		{"Y 730214", "Y ٧٣٠٢١٤"},
		{"Y 730214", "Y ७३०२१४"},
		{"Y 730214", "Ｙ　７３０２１４"},
		{"Y 730214", "y\u00a0730214\u200e"},
		{"订 G123 5号 2张", "訂　Ｇ１２３　５號　２張"},
		{"订 G123 5号 2张", "订\u200bG123，5号、2张。"},
		{"CXL K7M2P", "ｃｘｌ　ｋ７ｍ２ｐ"},
	} {
		want, got := parser.Parse(c.plain, ctx), parser.Parse(c.nasty, ctx)
		require.Equal(t, want.Verb, got.Verb, "%q", c.nasty)
		require.Equal(t, want.Service, got.Service, "%q", c.nasty)
		require.Equal(t, want.Date, got.Date, "%q", c.nasty)
		require.Equal(t, want.Count, got.Count, "%q", c.nasty)
		require.Equal(t, want.Order, got.Order, "%q", c.nasty)
		require.Equal(t, want.Code, got.Code, "%q", c.nasty)
		require.Empty(t, got.Suggest, "%q", c.nasty)
	}
}

// C08, codes: a code in which letters of another alphabet stand for digits or for Latin
// ones is no code. It is neither corrected nor completed.
func TestC08MixedScriptCodes(t *testing.T) {
	ctx := goldenContext()
	for _, text := range []string{"Y 73О214", "Y 7З0214", "Y 7302l4", "Y 73o214", "Y 73〇21四x", "73О214", "Y 7302‐14x"} {
		c := parser.Parse(text, ctx)
		require.Empty(t, c.Code, "%q", text)
	}
	for _, text := range []string{"CXL К7M2P", "CXL K7М2P", "CXL K7M2Р", "TICKET Κ7M2P"} { // Cyrillic, Greek
		c := parser.Parse(text, ctx)
		require.False(t, c.Order != "" && !c.BadOrder, "%q was read as order %s", text, c.Order)
	}
}

// C08, what is no text: nothing that a link can hand over makes the parser fail, take a
// code, an order, or an amount out of nothing.
func TestC08NothingToRead(t *testing.T) {
	ctx := goldenContext()
	list := ctx
	list.ListOpen = true
	for _, text := range []string{"", " ", "\n\n\n", "\x00", "\x00\x00\x00\x00", "\x1b", "\x1b\x1b\x1b[", "\x7f", "\ufeff", "\u200b\u200b", "\ufffd", "\ufffd\ufffd",
		"\xff\xfe", "\xed\xa0\x80", "\xc0\xaf", "😀", "👨‍👩‍👧‍👦", "\u202e\u202d\u2067", "......", "????????", "!!!", "----", "()()", "\"\"''``", "￼",
		strings.Repeat("\u0301", 200), strings.Repeat("\x1b", 500), strings.Repeat("€", 300), strings.Repeat("{}[]~\\|^", 60)} {
		for _, x := range []parser.Context{ctx, list, {}} {
			c := parser.Parse(text, x)
			require.Contains(t, []parser.Verb{parser.Unknown, parser.None, parser.Help}, c.Verb, "%q", text)
			require.Empty(t, c.Code+c.Order+c.Service+c.Document+c.Account.Value+c.Suggest, "%q", text)
			require.Zero(t, c.Count+c.Choice+c.MaxPrice, "%q", text)
			require.True(t, utf8.ValidString(c.Explain()), "%q", text)
		}
	}
}

// C08, size: the longest text that 255 parts can carry is read; what stands in it is
// not taken for a code or for more than two places.
func TestC08HugeText(t *testing.T) {
	ctx := goldenContext()
	for _, unit := range []string{"x ", "G1 ", "票", "1", "5/12 ", "Li Na 110105198001010016 ", "é", "BEIJING ", "，", "[", "K7M2P "} {
		n := 255 * 153 / len(unit)
		huge := strings.Repeat(unit, n)
		c := parser.Parse(huge, ctx)
		require.LessOrEqual(t, len(c.Places), 2, "%q", unit)
		require.Empty(t, c.Code, "%q", unit)
		c = parser.Parse("BOOK G123 5DEC 2 "+huge, ctx)
		require.Equal(t, parser.Book, c.Verb, "%q", unit)
	}
}
