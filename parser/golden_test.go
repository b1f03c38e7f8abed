package parser_test

import (
	"bufio"
	"flag"
	"fmt"
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"testing"
	"unicode"

	"github.com/stretchr/testify/require"

	"shortfare/parser"
)

var update = flag.Bool("update", false, "write what the parser answers into the golden files; read every line of the difference")

const goldenGlob = "../testdata/parser/*.txt"

// goldenContext is Monday 23 November 2026, 09:00, tickets sold for 30 days.
func goldenContext() parser.Context {
	return parser.Context{
		Today: parser.Date{Year: 2026, Month: 11, Day: 23}, Now: 540, SaleDays: 30,
		Places: newAtlas(),
	}
}

// TestGolden reads files of lines `text => fields`. Lines that start with
// `@` change the context: `@list on`, `@optout us`, `@today 2026-12-30`.
func TestGolden(t *testing.T) {
	files, err := filepath.Glob(goldenGlob)
	require.NoError(t, err)
	for _, file := range files {
		t.Run(filepath.Base(file), func(t *testing.T) { goldenFile(t, file) })
	}
}

// TestGoldenIsWhole holds that the golden files have what they are for: many
// lines, a third of them mistakes, half of them Chinese.
func TestGoldenIsWhole(t *testing.T) {
	files, err := filepath.Glob(goldenGlob)
	require.NoError(t, err)
	lines, mistakes, chinese := 0, 0, 0
	for _, file := range files {
		data, err := os.ReadFile(file)
		require.NoError(t, err)
		for line := range strings.Lines(string(data)) {
			text, _, found := strings.Cut(line, " => ")
			if !found || strings.HasPrefix(line, "# ") {
				continue
			}
			lines++
			if strings.HasPrefix(filepath.Base(file), "mistakes") {
				mistakes++
			}
			if strings.ContainsFunc(text, func(r rune) bool { return unicode.Is(unicode.Han, r) }) {
				chinese++
			}
		}
	}
	t.Logf("%d lines, %d of them mistakes, %d Chinese", lines, mistakes, chinese)
	require.GreaterOrEqual(t, lines, 1600)
	require.GreaterOrEqual(t, 3*mistakes, lines)
	require.GreaterOrEqual(t, 2*chinese, lines)
}

func goldenFile(t *testing.T, file string) {
	data, err := os.ReadFile(file)
	require.NoError(t, err)
	ctx := goldenContext()
	var out strings.Builder
	scan := bufio.NewScanner(strings.NewReader(string(data)))
	for number := 1; scan.Scan(); number++ {
		line := scan.Text()
		text, want, found := strings.Cut(line, " => ")
		switch {
		case strings.HasPrefix(line, "@"):
			directive(t, &ctx, strings.Fields(line[1:]))
		case !found || strings.HasPrefix(line, "# "):
		default:
			got := describe(parser.Parse(unescape(t, text), ctx))
			if !*update {
				require.Equal(t, want, got, "%s:%d: %s", file, number, text)
			}
			line = text + " => " + got
		}
		out.WriteString(line + "\n")
	}
	require.NoError(t, scan.Err())
	if *update {
		require.NoError(t, os.WriteFile(file, []byte(out.String()), 0o644))
	}
}

func directive(t *testing.T, ctx *parser.Context, words []string) {
	require.Len(t, words, 2)
	switch words[0] {
	case "list":
		ctx.ListOpen = words[1] == "on"
	case "optout":
		ctx.OptOut = words[1]
	case "today":
		_, err := fmt.Sscanf(words[1], "%d-%d-%d", &ctx.Today.Year, &ctx.Today.Month, &ctx.Today.Day)
		require.NoError(t, err)
	default:
		t.Fatalf("unknown directive %q", words[0])
	}
}

// unescape turns \u200b and the like into what they stand for.
func unescape(t *testing.T, s string) string {
	if !strings.Contains(s, `\`) {
		return s
	}
	u, err := strconv.Unquote(`"` + strings.ReplaceAll(s, `"`, `\"`) + `"`)
	require.NoError(t, err)
	return u
}

// describe writes a command as one line, in the order of its fields.
func describe(c parser.Command) string {
	d := &line{}
	d.b.WriteString(c.Verb.String())
	d.word("lang", c.Lang.String())
	d.flag("fuzzy", c.Fuzzy)
	d.word("suggest", c.Suggest)
	d.word("service", c.Service)
	d.word("services", strings.Join(c.Services, ","))
	for _, p := range c.Places {
		d.word("place", p.ID)
	}
	d.flag("to-only", c.ToOnly)
	d.flag("from-only", c.FromOnly)
	d.word("date", c.Date.ISO())
	for _, p := range c.DateChoices {
		d.word("or-date", p.ISO())
	}
	d.window("time", c.Time)
	d.window("arrive", c.Arrive)
	d.word("kind", c.Kind.String())
	d.flag("cheapest", c.Sort == parser.ByPrice)
	d.number("max-price", c.MaxPrice)
	d.word("until", c.Until.ISO())
	d.number("until-minute", c.UntilTime)
	d.word("class", c.Class)
	d.number("count", c.Count)
	for _, p := range c.People {
		switch {
		case p.Alias:
			d.word("alias", p.Name)
		default:
			d.word("person", p.Name+"/"+p.Document)
		}
	}
	d.account(c.Account)
	d.word("order", c.Order)
	d.flag("bad-order", c.BadOrder)
	d.word("code", c.Code)
	d.flag("bare", c.Bare)
	d.number("choice", c.Choice)
	if c.Choices != nil {
		d.word("choices", strings.Trim(strings.ReplaceAll(fmt.Sprint(c.Choices), " ", ","), "[]"))
	}
	d.flag("waitlisted", c.Waitlisted)
	d.word("name", c.Name)
	d.word("document", c.Document)
	d.word("topic", c.Topic)
	d.word("value", c.Value)
	for _, s := range c.Removed {
		d.word("removed", s.Value)
	}
	for _, w := range c.Unread {
		d.word("unread", w)
	}
	return d.b.String()
}

type line struct{ b strings.Builder }

func (l *line) word(key, value string) {
	if value == "" {
		return
	}
	if strings.ContainsAny(value, " \"") {
		value = strconv.Quote(value)
	}
	l.b.WriteString(" " + key + "=" + value)
}

func (l *line) flag(key string, on bool) {
	if on {
		l.b.WriteString(" " + key)
	}
}

func (l *line) number(key string, n int) {
	if n != 0 {
		l.word(key, strconv.Itoa(n))
	}
}

func (l *line) window(key string, w parser.Window) {
	if !w.IsZero() {
		l.word(key, fmt.Sprintf("%02d:%02d-%02d:%02d", w.From/60, w.From%60, w.To/60, w.To%60))
	}
}

func (l *line) account(a parser.Account) {
	kind := [...]string{"", "card", "alias:", "last:", "number:", "mobile:", "email:"}[a.Kind]
	l.word("account", kind+a.Value)
	l.flag("doubtful", a.Doubtful)
}
