package dialogue

import (
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"shortfare/booking"
)

// A reference of the customer's own and words of courtesy break no command; what may have
// been meant does.
func TestLeftOverWords(t *testing.T) {
	for text, asked := range map[string]bool{
		"BOOK G5 5DEC 2 card N17":             false,
		"BOOK G5 5DEC 2 card #N17":            false,
		"BOOK G5 5DEC 2 card id=N17":          false,
		"BOOK G5 5DEC 2 card 00017":           false,
		"BOOK G5 5DEC 2 card ref 8831":        false,
		"BOOK G5 5DEC 2 card N17 5":           false,
		"BOOK N17 G5 5DEC 2":                  false,
		"BOOK G5 5DEC 2 hurry up please":      false,
		"please book 2 tickets for G5 5dec":   false,
		"订 G5 5号 2张 谢谢":                       false,
		"订 G5 5号 2张 麻烦快点":                     false,
		"BOOK G5 5DEC 2 G7":                   true,
		"BOOK G5 5DEC 2 5":                    true,
		"BOOK G5 5DEC 2 x3":                   true,
		"BOOK G5 5DEC 2 window":               true,
		"BOOK G5 5DEC 2 2ND 1ST":              true,
		"BOOK G5 5DEC 2 zhang wei":            true,
		"BOOK G5 5DEC 2 CQ3KX":                true,
		"订 G5 5号 2张 靠窗":                       true,
		"订 G5 5号 2张 三等座":                      true,
		"BOOK G5 5DEC 2 6222021234567894 17":  false,
		"BOOK G5 5DEC 2 6222021234567894 N17": false,
	} {
		w := newWorld(t, settings())
		w.text("REG Zhang Wei 11010519491231002X")
		w.text(text)
		if asked {
			require.Empty(t, w.orders, "%s: %s", text, w.replies[0].Text)
			require.Regexp(t, `^We made nothing of: .*Reply 1|未能识别。回1`, w.replies[0].Text, text)
			w.text("1")
		}
		require.Len(t, w.orders, 1, text)
		require.Equal(t, booking.Held, w.last().State, text)
		require.Equal(t, 2, w.last().Seats, text)
	}
}

// What stands behind a code is for nothing else than its quote; a reference does not
// keep anybody from paying.
func TestWordsBehindACode(t *testing.T) {
	for words, paid := range map[string]bool{
		"": true, "N17": true, "ref N17": true, "ref 883112": true, "17": true, "please": true, "thanks": true, "谢谢": true, "C1": true, "window": true,
		"x3": false, "2ND": false, "G7": false, "6DEC": false, "ME,LI": false, "LI": false, "123456": false, "BEIJING": false, "UNDER 100": false, "三张": false, "6号": false,
		"C2": false, "C9": false,
	} {
		w := newWorld(t, settings())
		for _, text := range []string{"REG Zhang Wei 11010519491231002X", "PAX ADD LI Li Na 110105198001010016", "CARD ADD 4000000000000002", "Y {change}",
			"CARD ADD 4012888888881881", "Y {change}", "BOOK G5 5DEC 2", "Y {code} " + words} {
			w.text(w.fill(text))
		}
		require.Equal(t, paid, w.last().State == booking.Issued, "%s: %s", words, w.replies[0].Text)
		if words == "C2" {
			require.Equal(t, "1881", w.last().Account.Last4)
			w.text(w.fill("Y {code}"))
			require.Equal(t, booking.Issued, w.last().State)
			require.Equal(t, "1881", w.last().Account.Last4, "and no other has paid")
		}
	}
}

func TestOneSlip(t *testing.T) {
	for pair, want := range map[[2]string]bool{
		{"LI", "LU"}: true, {"LI", "LIN"}: true, {"LIN", "LI"}: true, {"LI", "IL"}: true, {"LI", "LI"}: false, {"LI", "WANG"}: false, {"WANG", "WNAG"}: true,
		{"李娜", "李那"}: true, {"李娜", "李"}: true, {"李娜", "娜李"}: true, {"李娜", "王芳"}: false, {"李娜", "李娜"}: false, {"李小娜", "李娜"}: true, {"李小娜", "李大那"}: false,
	} {
		require.Equal(t, want, oneSlip(pair[0], pair[1]), "%s %s", pair[0], pair[1])
	}
}

// Who is named and not saved is asked about in every text that books, by alias and by the way it is
// joined, whether tickets are sold by name or not.
func TestStrangers(t *testing.T) {
	for text, want := range map[string]string{
		"BOOK G5 5DEC ME,BOB":      "We do not know BOB. Reply 1 to book 2 without names",
		"BOOK G5 5DEC 2 ME,BOB":    "We do not know BOB. Reply 1 to book 2 without names",
		"BOOK G5 5DEC BOB":         "We do not know BOB. Reply 1 to book 1 without names",
		"BOOK G5 5DEC ME,LU":       "We do not know LU. Did you mean LI? Reply 1 for yes, 2 to book 2 without names.",
		"BOOK G5 5DEC LU":          "We do not know LU. Did you mean LI? Reply 1 for yes, 2 to book 1 without names.",
		"BOOK G5 5DEC 2 WANQ":      "We do not know WANQ. Did you mean WANG?",
		"BOOK G5 5DEC 2 LI":        "Li Na and who else on G5 5Dec? 1 more.",
		"BOOK G5 5DEC LI,WANQ,BOB": "We do not know WANQ. Did you mean WANG?",
		"WAIT G3 5DEC ME,LU":       "We do not know LU. Did you mean LI?",
		"WAIT G3 5DEC 2 LI":        "Li Na and who else on G3 5Dec? 1 more.",
		"订 G5 5号 我,王五":             "没有乘客王五。回1按2张不记名预订",
	} {
		w := newWorld(t, settings())
		w.stock["G3 2nd"] = 0
		for _, said := range []string{"REG Zhang Wei 11010519491231002X", "PAX ADD LI Li Na 110105198001010016", "PAX ADD WANG Wang Fang E12345671", text} {
			w.text(said)
		}
		require.Contains(t, w.replies[0].Text, want, text)
		require.Empty(t, w.orders, text)
		w.text("1")
		require.LessOrEqual(t, len(w.orders), 1, text)
		if strings.Contains(want, "Reply 1") && !strings.Contains(want, "BOB,") {
			require.Len(t, w.orders, 1, "%s: %s", text, w.replies[0].Text)
		}
	}
}

// The answer to the question about a slip books who was meant.
func TestSlipIsTaken(t *testing.T) {
	for _, named := range []bool{false, true} {
		w := newWorld(t, settings())
		w.byName = named
		for _, said := range []string{"REG Zhang Wei 11010519491231002X", "PAX ADD LI Li Na 110105198001010016", "BOOK G5 5DEC ME,LU", "1"} {
			w.text(said)
		}
		o := w.last()
		require.Equal(t, booking.Held, o.State)
		require.Len(t, o.Passengers, 2)
		require.Equal(t, "Li Na", o.Passengers[1].Name)
	}
}

// An alias that no text could use is not saved: it would be passed over.
func TestAliasesAreRead(t *testing.T) {
	for alias, saved := range map[string]bool{"LI": true, "MUM": true, "WILL": false, "DEAR": false, "THE": false, "BOOK": false, "李": true, "老王": true, "谢谢": false} {
		w := newWorld(t, settings())
		w.text("REG Zhang Wei 11010519491231002X")
		w.text("PAX ADD " + alias + " Li Na 110105198001010016")
		if !saved {
			require.Empty(t, w.c.Saved(alias), alias)
			continue
		}
		require.NotNil(t, w.c.Saved(alias), "%s: %s", alias, w.replies[0].Text)
		w.text("BOOK G5 5DEC ME," + alias)
		require.Len(t, w.last().Passengers, 2, alias)
	}
}
