package dialogue

import (
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"
)

func messagesDir(t *testing.T, files map[string]string) string {
	dir := t.TempDir()
	for name, text := range files {
		require.NoError(t, os.WriteFile(filepath.Join(dir, name), []byte(text), 0o600))
	}
	return dir
}

// A third language needs a file and nothing else: LANG switches to it by its
// code or name, and what it lacks is said in English and listed.
func TestThirdLanguage(t *testing.T) {
	dir := messagesDir(t, map[string]string{
		"fr.txt": "language.name = Français\nlanguage.set = Nous vous écrivons en français. LANG EN: anglais.\n" +
			"order.none = Vous n'avez aucune commande.\nwrong = Code faux. Encore {tries} essais. Commande {order}\n",
		"en.txt": "agent = A person reads this within the hour.\n",
	})
	all, err := LoadMessages(dir)
	require.NoError(t, err)
	require.Equal(t, []string{"en", "fr", "zh"}, all.Languages())
	require.Contains(t, all.Missing(), "fr.txt: agent")
	require.NotContains(t, all.Missing(), "fr.txt: order.none")
	require.Len(t, all.Missing(), len(specs)-4, "the built-in languages lack nothing")

	s := settings()
	s.Messages = all
	w := newWorld(t, s)
	w.text("LANG")
	require.Equal(t, "Text LANG and one of EN, FR, ZH, e.g. LANG EN.", w.replies[0].Text)
	for _, text := range []string{"LANG FR", "SET LANG fr", "LANG français", "SET LANG FR"} {
		w.text(text)
		require.Equal(t, "Nous vous écrivons en français. LANG EN: anglais.", w.replies[0].Text, text)
		w.text("ORD")
		require.Equal(t, "Vous n'avez aucune commande.", w.replies[0].Text)
		w.text("订单")
		require.Equal(t, "Vous n'avez aucune commande.", w.replies[0].Text, "the language was chosen")
		w.text("AGENT")
		require.Equal(t, "A person reads this within the hour.", w.replies[0].Text, "not in French, and the operator's own English")
		w.text("LANG EN")
	}
	w.text("LANG KLINGON")
	require.Contains(t, w.replies[0].Text, "Text LANG and one of EN, FR, ZH")
	w.text("LANG FR")
	w.text("BOOK G5 5DEC 1")
	w.text("Y 000001")
	require.Equal(t, w.fill("Code faux. Encore 4 essais. Commande {order}"), w.replies[0].Text)
	w.text("语言 中文")
	require.Contains(t, w.replies[0].Text, "以后用中文回复")
}

func TestLoadMessagesRefuses(t *testing.T) {
	for want, files := range map[string]map[string]string{
		"french.txt: is called by no language":             {"french.txt": "agent = x\n"},
		"fr.txt: line 1: agents: no such key":              {"fr.txt": "agents = x\n"},
		"fr.txt: line 2: wrong: unknown placeholder {a}":   {"fr.txt": "# French\nwrong = {a}\n"},
		"no file xx.txt in it":                             {},
		"zh.txt: line 1: no ` = `":                         {"zh.txt": "agent\n"},
		"fr.txt: line 1: wrong: unknown placeholder {b}\n": {"fr.txt": "wrong = {b}\n", "it.txt": "agents = x\n"},
	} {
		_, err := LoadMessages(messagesDir(t, files))
		require.ErrorContains(t, err, want)
	}
	_, err := LoadMessages(filepath.Join(t.TempDir(), "missing"))
	require.ErrorIs(t, err, os.ErrNotExist)
	all, err := LoadMessages("")
	require.NoError(t, err)
	require.Empty(t, all.Missing())
}

// The language that the customer chose may be gone after a restart.
func TestLanguageThatIsGone(t *testing.T) {
	w := newWorld(t, settings())
	w.c.Lang = "fr"
	w.text("订单")
	require.Contains(t, w.replies[0].Text, "没有订单")
	w.text("ORD")
	require.True(t, strings.HasPrefix(w.replies[0].Text, "You have no orders"))
}

// A second segment costs money and may arrive alone: words that need one are told with
// their file, line and key, and how much is too much.
func TestWordsThatNeedASecondSegment(t *testing.T) {
	long := strings.Repeat("Code faux. ", 20)
	for name, c := range map[string]struct {
		file, text string
		want       []string
	}{
		"fits":              {"fr.txt", "wrong = Code faux. Encore {tries} essais. Commande {order}\n", nil},
		"too long":          {"fr.txt", "# French\nwrong = " + long + "{tries}\n", []string{"fr.txt: line 2: wrong: too long by 61: 221 of 160 characters"}},
		"variant fits":      {"fr.txt", "wrong = " + long + "\nwrong.2 = Code faux.\n", nil},
		"variant too long":  {"fr.txt", "wrong = " + long + long + "\nwrong.2 = " + long + "\n", []string{"fr.txt: line 2: wrong.2: too long by 59: 219 of 160 characters"}},
		"with its values":   {"fr.txt", "nohold = " + strings.Repeat("x", 150) + " {number}\n", []string{"fr.txt: line 1: nohold: too long by 2: 162 of 160 characters"}},
		"other letters":     {"ru.txt", "wrong = " + strings.Repeat("код ", 18) + "\n", []string{"ru.txt: line 1: wrong: too long by 1: 71 of 70 characters"}},
		"brackets count 2":  {"fr.txt", "agent = " + strings.Repeat("[", 81) + "\n", []string{"fr.txt: line 1: agent: too long by 2: 162 of 160 characters"}},
		"what it makes":     {"fr.txt", "board.flight = " + strings.Repeat("x", 146) + "\npaid = {order} {number} {board}\n", []string{"fr.txt: line 2: paid: too long by 4: 164 of 160 characters"}},
		"the operator's":    {"zh.txt", "agent = " + strings.Repeat("票", 71) + "\n", []string{"zh.txt: line 1: agent: too long by 1: 71 of 70 characters"}},
		"what it lacks not": {"en.txt", "agent = A person reads this within the hour.\n", nil},
	} {
		all, err := LoadMessages(messagesDir(t, map[string]string{c.file: c.text}))
		require.NoError(t, err, name)
		if c.want == nil {
			require.Empty(t, all.TooLong(), name)
			continue
		}
		require.Equal(t, c.want, all.TooLong(), name)
	}
	all, err := LoadMessages("")
	require.NoError(t, err)
	for _, lang := range all.langs {
		require.Empty(t, lang.tooLong(), lang.lang)
	}
}
