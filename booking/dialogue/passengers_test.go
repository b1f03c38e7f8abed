package dialogue

import (
	"fmt"
	"testing"

	"github.com/stretchr/testify/require"

	"shortfare/booking"
	"shortfare/parser"
)

// named resolves the people of a text as BOOK does.
func (w *world) named(text string) ([]booking.Passenger, problem) {
	in := w.intake(text)
	v := w.view()
	tn := &turn{d: w.d, v: v, c: v.Customer, env: w.env(), now: w.now, in: in, docs: in.People, m: w.d.en, ch: &booking.Changes{}}
	cmd := in.Command
	tn.cmd = &cmd
	tn.accountNames()
	return tn.passengers(cmd.People, tn.docs)
}

func TestPassengers(t *testing.T) {
	w := newWorld(t, settings())
	_, p := w.named("BOOK G5 5DEC ME,LI")
	require.Equal(t, "who.register", p.key)
	w.text("REG Zhang Wei 11010519491231002X")
	w.text("PAX ADD LI Li Na 110105198001010016")
	w.text("PAX ADD 小王 王芳 E12345671")
	w.text("BOOK G7 5DEC 1 6222021234567894")
	w.text("CARD ADD 4000000000000002 AS WORK")
	w.text(w.fill("Y {change}"))
	for text, want := range map[string]string{
		"BOOK G5 5DEC ME,LI": "ME Zhang Wei d11010519491231002X|LI Li Na d110105198001010016",
		"BOOK G5 5DEC li":    "LI Li Na d110105198001010016",
		"1 x2 ME,LI":         "ME Zhang Wei d11010519491231002X|LI Li Na d110105198001010016",
		"BOOK G5 ME,LI,WORK": "ME Zhang Wei d11010519491231002X|LI Li Na d110105198001010016",
		"订 G5 5号 我,小王":       "ME Zhang Wei d11010519491231002X|小王 王芳 dE12345671",
	} {
		all, p := w.named(text)
		require.Empty(t, p.key, text)
		got := ""
		for i, x := range all {
			if i > 0 {
				got += "|"
			}
			require.Empty(t, x.Document.Findings)
			got += fmt.Sprintf("%s %s %s", x.Alias, x.Name, x.Document.Token)
		}
		require.Equal(t, want, got, text)
	}
}

// What is typed with a document: the customer, a saved one, a new one, or one with a mistake.
func TestPassengersWithDocuments(t *testing.T) {
	w := newWorld(t, settings())
	w.text("REG Zhang Wei 11010519491231002X")
	w.text("PAX ADD LI Li Na 110105198001010016")
	all, p := w.named("BOOK G5 5DEC Wang Fang E12345671, Li Na 110105198001010016, ME")
	require.Empty(t, p.key)
	require.Len(t, all, 3)
	require.Equal(t, booking.Passenger{Name: "Wang Fang", Document: *w.document("E12345671")}, all[0])
	require.Equal(t, "LI", all[1].Alias)
	require.Equal(t, me, all[2].Alias)

	for text, key := range map[string]string{
		"BOOK G5 5DEC Wang Fang 110105194912310021":               "register.bad.check",
		"BOOK G5 5DEC 11010519800101003X":                         "register.bad.check",
		"BOOK G5 5DEC E12345671":                                  "who.name",
		"BOOK G5 5DEC ME,ME":                                      "who.twice",
		"BOOK G5 5DEC ME, Zhang Wei 11010519491231002X":           "who.twice",
		"BOOK G5 5DEC ME,NOBODY":                                  "who.unknown",
		"BOOK G5 5DEC Li Na 110105198001010016,LI":                "who.twice",
		"BOOK G5 5DEC " + longName(maxName+1) + " E12345671, ME":  "name.long",
		"BOOK G5 5DEC 2 Wang Fang E12345671, Wang Fang E12345671": "who.twice",
	} {
		_, p := w.named(text)
		require.Equal(t, key, p.key, text)
		require.NotEmpty(t, w.d.en.say(p.key, p.pairs...))
	}
	tn := &turn{d: w.d, c: &w.c, env: w.env(), m: w.d.en}
	own, p := tn.passengers([]parser.Person{{Name: "Zhang Wei", Alias: true}}, nil)
	require.Empty(t, p.key)
	require.Equal(t, me, own[0].Alias, "the customer's own name is ME")
}

func longName(n int) string {
	b := make([]byte, n)
	for i := range b {
		b[i] = "ab"[i%2]
	}
	return string(b)
}

func TestSplitName(t *testing.T) {
	for _, c := range []struct{ alias, name, wantAlias, wantName string }{
		{"LI", "Li Na", "LI", "Li Na"},
		{"Li", "Na", "Li", "Li Na"},
		{"LI", "NA", "LI", "LI NA"},
		{"MUM", "Sukarni", "MUM", "Sukarni"},
		{"", "Wang Fang", "Wang", "Wang Fang"},
		{"", "O'Brien Mary", "OBrien", "O'Brien Mary"},
		{"李", "李娜", "李", "李娜"},
		{"", "欧阳娜娜", "欧阳娜娜", "欧阳娜娜"},
		{"LI", "", "LI", ""},
	} {
		alias, name := splitName(c.alias, c.name)
		require.Equal(t, c.wantAlias, alias, "%s %s", c.alias, c.name)
		require.Equal(t, c.wantName, name, "%s %s", c.alias, c.name)
	}
}

func TestPassengersAreLimited(t *testing.T) {
	w := newWorld(t, settings())
	for i := range booking.MaxPassengers {
		w.text(fmt.Sprintf("PAX ADD P%c Li Na E1234567%d", 'A'+i, i))
		require.Contains(t, w.replies[0].Text, "Saved P")
	}
	w.text("PAX ADD PZ Li Na E12345699")
	require.Equal(t, "10 passengers are saved and no more can be. PAX DEL alias removes one, PAX LIST lists them.", w.replies[0].Text)
	require.Len(t, w.c.Passengers, booking.MaxPassengers)
}
