package scenario

import (
	"bytes"
	"context"
	"errors"
	"os"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"github.com/stretchr/testify/require"
)

func TestMatch(t *testing.T) {
	for _, x := range []struct {
		pattern, got string
		values       map[string]string // nil: it differs
		same         string            // how much is as expected when it differs
	}{
		{"PAID CNY1106.", "PAID CNY1106.", map[string]string{}, ""},
		{"PAID CNY1106.", "PAID CNY1107.", nil, "PAID CNY110"},
		{"a  b", " a\n b ", map[string]string{}, ""},
		{"a|b.c*", "a|b.c*", map[string]string{}, ""},
		{"a|b", "a", nil, "a"},
		{"{*}", "", map[string]string{}, ""},
		{"G1 {*} end", "G1 end", map[string]string{}, ""},
		{"G1 {*} end", "G1 x y end", map[string]string{}, ""},
		{"G1 {*} end", "G1x end", nil, "G1"},
		{"{*} end", "end", map[string]string{}, ""},
		{"{*} end", "the end", map[string]string{}, ""},
		{"{*} end", "theend", nil, ""},
		{"G1 {*}", "G1", map[string]string{}, ""},
		{"a{*}b{*}c", "axxbyyc", map[string]string{}, ""},
		{"Reply Y {code} to pay", "Reply Y 730214 to pay", map[string]string{"code": "730214"}, ""},
		{"Reply Y {code} to pay", "Reply Y 73021 to pay", nil, "Reply Y "},
		{"Reply Y {code}", "Reply Y 7302145", nil, "Reply Y 730214"},
		{"{*}Order {order}", "CNY1 Order K7M2P", map[string]string{"order": "K7M2P"}, ""},
		{"Order {order}. CXL {order} is free", "Order M4Q8T. CXL M4Q8T is free", map[string]string{"order": "M4Q8T"}, ""},
		{"Order {order}. CXL {order} is free", "Order M4Q8T. CXL M4Q8U is free", nil, "Order M4Q8T. CXL M4Q8U is free"},
		{"{time}-{time2}", "0900-14:36", map[string]string{"time": "0900", "time2": "14:36"}, ""},
		{"{time}", "2460", nil, ""},
		{"{date}", "5Dec", map[string]string{"date": "5Dec"}, ""},
		{"{date} {date2}", "12/5 12月5日", map[string]string{"date": "12/5", "date2": "12月5日"}, ""},
		{"CNY{amount}.", "CNY1,106.50.", map[string]string{"amount": "1,106.50"}, ""},
		{"left {n=[0-9]{1,2}}!", "left 18!", map[string]string{"n": "18"}, ""},
		{"{w=(a|b)+}{code}", "aba123456", map[string]string{"w": "aba", "code": "123456"}, ""},
		{"{w=\\}}", "}", map[string]string{"w": "}"}, ""},
		{"{{code}", "{code}", map[string]string{}, ""},
		{"已付{amount}元。", "已付1106元。", map[string]string{"amount": "1106"}, ""},
		{"已付1106元", "已付1105元", nil, "已付110"},
	} {
		s, err := Parse("f", strings.NewReader("@ 1\n< "+x.pattern))
		require.NoError(t, err, x.pattern)
		values := map[string]string{}
		ok, same, err := match(s.Steps[1].tokens, values, x.got)
		require.NoError(t, err)
		require.Equal(t, x.values != nil, ok, "%q against %q", x.got, x.pattern)
		if ok {
			require.Equal(t, x.values, values)
		} else {
			require.Equal(t, x.same, same, x.pattern)
			require.Empty(t, values)
		}
	}
}

func clerk(from, text string) []string {
	switch {
	case text == "BOOK G123 2":
		return []string{"G123 5Dec 0900: 2nd x2 CNY1106 card*7890.\nReply Y 730214 to pay, N to drop. Order K7M2P"}
	case text == "Y 730214":
		return []string{"PAID CNY1106. Order K7M2P"}
	case text == "STAT":
		return []string{"661937"}
	}
	return nil
}

// book is the conversation of testdata/book.txt, under a short name.
func book(t *testing.T) *Scenario {
	t.Helper()
	text, err := os.ReadFile("testdata/book.txt")
	require.NoError(t, err)
	return parsed(t, string(text))
}

func parsed(t *testing.T, text string) *Scenario {
	t.Helper()
	s, err := Parse("book.txt", strings.NewReader(text))
	require.NoError(t, err)
	return s
}

func TestPlay(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		s, w, r := book(t), &fake{answer: clerk}, &record{}
		start := time.Now()
		for range 2 { // a scenario holds nothing of a play
			require.NoError(t, Play(t.Context(), s, w, r))
		}
		require.Equal(t, []string{"13800138001: BOOK G123 2", "13800138001: Y 730214", "13800138002: STAT", "13800138002: Y 661937"}, w.sent[:4])
		require.Equal(t, []string{"bank silent", "bank silent"}, w.controls)
		require.Equal(t, "begin BOOK with a card on file", r.lines[0])
		require.Equal(t, "7 PAID CNY1106. Order K7M2P", r.lines[6])
		require.Equal(t, "end false", r.lines[len(r.lines)-1])
		require.Less(t, time.Since(start), 5*time.Second)
	})
}

func TestPlaySaysWhatWentOtherwise(t *testing.T) {
	for name, x := range map[string]struct {
		text   string
		answer []string
		is     error
		want   string
	}{
		"differs": {"@ 1\n> a\n< Y {code} to pay", []string{"Y 730214 to keep"}, ErrDiffers,
			"book.txt:3: another text than expected to 1 after \"Y 730214 to \"\n\texpected: Y {code} to pay\n\tgot:      Y 730214 to keep"},
		"another value":              {"@ 1\n> a\n< {code}\n< {code}", []string{"123456", "123457"}, ErrDiffers, "\n\texpected: 123456\n\tgot:      123457"},
		"nothing":                    {"@ 1\n> a\n< hello", nil, ErrNoText, "book.txt:3: no text came to 1 in 10s\n\texpected: hello"},
		"one too many":               {"@ 1\n> a\n< b\n< none", []string{"b", "c"}, ErrNotQuiet, "book.txt:4: a text that nobody expected came to 1\n\texpected: no text\n\tgot:      c"},
		"an empty one":               {"@ 1\n> a\n< none", []string{""}, ErrNotQuiet, "(an empty text)"},
		"left over":                  {"@ 1\n> a\n< b", []string{"b", "c"}, ErrNotQuiet, "book.txt:3: a text that nobody expected came to 1"},
		"left over on another phone": {"@ 1\n> a\n@ 2\n> a\n< b\n< none", []string{"b"}, ErrNotQuiet, "book.txt:2: a text that nobody expected came to 1"},
		"no such control":            {"@ 1\n! terminal busy", nil, ErrUnsupported, "book.txt:2: ! terminal busy: terminal: control not supported here"},
		"control fails":              {"@ 1\n! explode", nil, nil, "book.txt:2: ! explode: it did"},
	} {
		t.Run(name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				w, r := &fake{answer: func(string, string) []string { return x.answer }}, &record{}
				err := Play(t.Context(), parsed(t, x.text), w, r)
				require.Error(t, err)
				if x.is != nil {
					require.ErrorIs(t, err, x.is)
				}
				require.Contains(t, err.Error(), x.want)
				require.Equal(t, "end true", r.lines[len(r.lines)-1])
			})
		})
	}
}

func TestPlayEndsWithItsContext(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		for _, text := range []string{"@ 1\n> a\n< b", "@ 1\n> a\n< none 1h", "@ 1\n> a"} {
			ctx, cancel := context.WithTimeout(t.Context(), time.Second)
			s := parsed(t, text)
			s.Settle = 2 * time.Second
			err := Play(ctx, s, &fake{answer: func(string, string) []string { return nil }}, nil)
			require.ErrorIs(t, err, context.DeadlineExceeded)
			require.NotErrorIs(t, err, ErrNoText)
			cancel()
		}
	})
	err := Play(t.Context(), parsed(t, "@ 1\n> a\n< b"), &fake{refuse: errors.New("no signal")}, nil)
	require.EqualError(t, err, "book.txt:2: no signal")
}

func TestStory(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		var out bytes.Buffer
		story := NewStory(&out)
		require.False(t, story.Colour)
		story.Width = 48
		require.NoError(t, Play(t.Context(), book(t), &fake{answer: clerk}, story))
		want, err := os.ReadFile("testdata/story.golden")
		require.NoError(t, err)
		require.Equal(t, string(want), out.String())

		out.Reset()
		story.Colour = true
		require.Error(t, Play(t.Context(), parsed(t, "# t\n@ 1\n> 订票\n< no"), &fake{answer: func(string, string) []string { return []string{"\x1b[2J\u202eyes"} }}, story))
		require.Contains(t, out.String(), "\x1b[32m│\x1b[0m 订票 \x1b[32m│\x1b[0m")
		require.NotContains(t, out.String(), "\x1b[2J")
		require.NotContains(t, out.String(), "\u202e")
		require.Contains(t, out.String(), "expected: no")
	})
}

func TestWrap(t *testing.T) {
	require.Equal(t, []string{"one two", "three"}, wrap("one two three", 9))
	require.Equal(t, []string{"one", "two"}, wrap("one two", 3))
	require.Equal(t, []string{"abcdef", "gh"}, wrap("abcdefgh", 6))
	require.Equal(t, []string{"座位已", "保留"}, wrap("座位已保留", 7))
	require.Equal(t, []string{"a", "", "b"}, wrap("a\n\nb", 9))
	require.Equal(t, 6, columns("座位ab"))
}
