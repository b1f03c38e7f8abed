package parser_test

import (
	"testing"
	"time"

	"github.com/mozillazg/go-pinyin"
	"github.com/stretchr/testify/require"

	"shortfare/parser"
)

func TestExplain(t *testing.T) {
	ctx := goldenContext()
	for text, want := range map[string]string{
		"Q G123 5/12":                      "Q = verb; G123 = service; 5/12 = 5 Dec because 12 May is outside the sale period",
		"BOKO G999 2":                      "BOKO = verb typo BOOK; G999 = service, not in the catalogue; 2 = count",
		"PAY K7M2P 6222021234567894":       "PAY = verb; K7M2P = order; card*7894 = account number",
		"Y 730214":                         "Y = verb; ****** = code",
		"REG Zhang Wei 11010519491231002X": "REG = verb; 1101**********002X = document; Zhang Wei = name",
		"订 bejing 上海":                      "订 = verb BOOK; bejing = place, mistyped Beijing; 上海 = place Shanghai",
		"TRAIN BEIJING SHANGHAI UNDER 500 CHEAPEST BY 18": "TRAIN = verb Q; TRAIN = kind; BEIJING = place Beijing; SHANGHAI = place Shanghai; " +
			"500 = highest price; CHEAPEST = order cheapest first; BY = arrival; 18 = latest arrival",
		"北京飞上海 18点前到": "北京 = place Beijing; 飞 = kind FLY; 上海 = place Shanghai; 到 = arrival; 18点前到 = latest arrival",
		"CVV 123":     "[removed] = secret that must not be texted",
		"":            "",
	} {
		require.Equal(t, want, parser.Parse(text, ctx).Explain(), text)
	}
}

func TestVerbNames(t *testing.T) {
	seen := map[string]bool{}
	for v := parser.None; v <= parser.Review; v++ {
		require.NotEqual(t, "invalid", v.String())
		require.False(t, seen[v.String()], v.String())
		seen[v.String()] = true
		for _, l := range []parser.Lang{parser.English, parser.Chinese} {
			word := v.Keyword(l)
			if word == "" {
				continue
			}
			c := parser.Parse(word, parser.Context{})
			require.Equal(t, v, c.Verb, "what customers are taught must be read: %s", word)
		}
	}
	require.Equal(t, "invalid", parser.Verb(200).String())
}

func TestDate(t *testing.T) {
	d := parser.Date{Year: 2026, Month: 12, Day: 31}
	require.Equal(t, "31Dec", d.String())
	require.Equal(t, "2026-12-31", d.ISO())
	require.Equal(t, parser.Date{Year: 2027, Month: 1, Day: 1}, d.Add(1))
	require.Equal(t, parser.Date{Year: 2026, Month: 12, Day: 1}, d.Add(-30))
	require.Equal(t, time.Thursday, d.Weekday())
	require.True(t, d.Before(d.Add(1)))
	require.False(t, d.Before(d))
	require.True(t, parser.Date{Year: 2026, Month: 11, Day: 30}.Before(parser.Date{Year: 2026, Month: 12, Day: 1}))
	require.True(t, parser.Date{}.IsZero())
	require.Empty(t, parser.Date{}.String())
	require.Empty(t, parser.Date{}.ISO())
	shanghai := time.FixedZone("CST", 8*3600)
	require.Equal(t, d, parser.FromTime(time.Date(2026, 12, 31, 23, 59, 0, 0, shanghai)))
}

func TestWindow(t *testing.T) {
	w := parser.Window{From: 540, To: 720}
	require.True(t, w.Holds(540))
	require.False(t, w.Holds(720))
	require.False(t, w.Holds(0))
	require.True(t, parser.Window{}.Holds(0))
}

// TestHomophones checks the table of homophones against a pinyin dictionary.
func TestHomophones(t *testing.T) {
	args := pinyin.NewArgs()
	args.Heteronym = true
	for syllable, chars := range parser.Homophones {
		for _, r := range chars {
			readings := pinyin.SinglePinyin(r, args)
			require.Contains(t, readings, syllable, "%c", r)
		}
	}
}

// TestNoGazetteer holds that a text is read as far as that goes without one.
func TestNoGazetteer(t *testing.T) {
	c := parser.Parse("BOOK G123 2 card", parser.Context{Today: parser.Date{Year: 2026, Month: 11, Day: 23}})
	require.Equal(t, parser.Book, c.Verb)
	require.Equal(t, "G123", c.Service)
	require.Equal(t, 2, c.Count)
	require.Equal(t, parser.DefaultAccount, c.Account.Kind)
	require.Empty(t, c.Unread)
}
