package dialogue

import (
	"encoding/json"
	"testing"
	"time"

	"github.com/stretchr/testify/require"
)

// What was asked about and never confirmed is in no row of the customer after its time,
// whether he texts again or not; what stands stays.
func TestUnconfirmedIsErased(t *testing.T) {
	for name, c := range map[string]struct {
		texts  []string
		secret string // what the row must not have any more: the token of a document or account
		keep   time.Duration
	}{
		"another document":    {[]string{"SET ID E12345678"}, "dE12345678", 0},
		"an account":          {[]string{"CARD ADD 6222021234567894"}, "7894", 0},
		"one that was begun":  {[]string{"SET PAY 6222021234567894"}, "7894", 2 * time.Hour},
		"an unfinished order": {[]string{"BOOK G5 5DEC 2 Li Na 110105198001010016"}, "d110105198001010016", 0},
		"one in Chinese":      {[]string{"修改 证件 E12345678"}, "dE12345678", 48 * time.Hour},
		"dropped":             {[]string{"SET ID E12345678", "N"}, "dE12345678", 0},
		"confirmed since": {[]string{"SET ID E12345678", "N", "CARD ADD 6222021234567894", "Y {change}", "CARD DEL C1"},
			"dE12345678", 0},
	} {
		s := settings()
		s.Unconfirmed = c.keep
		w := newWorld(t, s)
		w.byName = true
		w.text("REG Zhang Wei 11010519491231002X")
		for _, text := range c.texts {
			w.text(w.fill(text))
		}
		keep := c.keep
		if keep == 0 {
			keep = 24 * time.Hour
		}
		before := w.c
		w.wait(keep - time.Minute)
		w.wait(time.Hour)
		require.Empty(t, w.replies, "nothing is said about it")
		row, err := json.Marshal(w.c)
		require.NoError(t, err)
		require.NotContains(t, string(row), c.secret, name)
		require.Equal(t, before.Document, w.c.Document, name)
		require.Equal(t, before.Accounts, w.c.Accounts, name)
		require.True(t, w.c.Due.IsZero(), "%s: nothing is due any more", name)
	}
}

func TestUnconfirmedStaysForItsTime(t *testing.T) {
	w := newWorld(t, settings())
	w.text("REG Zhang Wei 11010519491231002X")
	w.text("SET ID E12345678")
	gen := w.c.Pending.Gen
	w.wait(23 * time.Hour)
	require.NotNil(t, w.c.Pending.Document, "an operator can still see what was asked")
	w.wait(2 * time.Hour)
	require.Nil(t, w.c.Pending.Document)
	w.text("SET ID E12345678")
	require.Greater(t, w.c.Pending.Gen, gen, "a new question has a new code")
	w.text(w.fill("Y {change}"))
	require.Contains(t, w.replies[0].Text, "Your ID is")
}

// Who had the number before is forgotten, too.
func TestProfileSetAsideIsErased(t *testing.T) {
	w := newWorld(t, settings())
	w.text("REG Zhang Wei 11010519491231002X")
	w.text("PAX ADD LI Li Na 110105198001010016")
	w.wait(181 * 24 * time.Hour)
	w.text("REG Wang Fang E12345671")
	require.Len(t, w.c.Aside, 1)
	w.wait(23 * time.Hour)
	require.Len(t, w.c.Aside, 1)
	w.wait(2 * time.Hour)
	require.Empty(t, w.c.Aside)
	require.Equal(t, "customer profile set aside erased", w.journal[len(w.journal)-1].Event)
	require.Equal(t, "Wang Fang", w.c.Name)
}
