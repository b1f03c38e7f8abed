package main

import (
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"
	"go.uber.org/zap"

	"shortfare/booking"
	"shortfare/smpp/smsc/scenario"
)

func TestTerminalOperators(t *testing.T) {
	t.Parallel()
	ctx := t.Context()
	w, err := newWorld(ctx, worldOptions{dir: filepath.Join(t.TempDir(), "data"), start: demoStart(), named: true, log: zap.NewNop()})
	require.NoError(t, err)
	defer func() { require.NoError(t, w.close()) }()
	require.True(t, w.books.Capabilities().Named)
	say := func(line string) (string, error) { return w.control(ctx, strings.Fields("terminal "+line)) }
	for _, c := range [][2]string{
		{"cancel G123 5dec", "G123 2026-12-05 is cancelled"},
		{"cancel G123 2026-12-05", "G123 2026-12-05 is cancelled"},
		{"move G1 5dec +40m", "G1 2026-12-05 is moved by 40m"},
		{"move g1 tomorrow -1h10m", "G1 2026-12-02 is moved by -1h10m"},
		{"restore G123 5dec", "G123 2026-12-05 runs as the timetable says"},
		{"fulfil lose-answer x2", "fulfil lose-answer x2"},
		{"clear", "no faults"},
	} {
		got, err := say(c[0])
		require.NoError(t, err, c[0])
		require.Equal(t, c[1], got)
	}
	list := w.rail.Events(ctx, 0, 0).Value
	require.Len(t, list, 4)
	require.Equal(t, booking.RunMoved, list[1].Change)
	require.Equal(t, -70*time.Minute, list[2].Shift)
	for line, want := range map[string]string{
		"cancel":                "terminal cancel SERVICE DATE",
		"cancel G123":           "terminal cancel G123 5dec",
		"restore G123 whenever": "terminal restore SERVICE DATE",
		"move G123 5dec":        "terminal move SERVICE DATE SHIFT",
		"move G123 5dec soon":   "terminal move SERVICE DATE SHIFT",
		"move G123 +40m":        "terminal move SERVICE DATE SHIFT",
		"move G123 5dec +90h":   "MaxShift",
		"cancel G9999 5dec":     "no such run: G9999 on 2026-12-05",
		"board":                 "terminal board ORDER",
		"board K7M2P":           "no ticket that was issued",
		"nonsense":              "terminal faults",
	} {
		_, err := say(line)
		require.ErrorContains(t, err, want, line)
	}
}

func TestBoardByOrderCode(t *testing.T) {
	t.Parallel()
	ctx := t.Context()
	w, err := newWorld(ctx, worldOptions{dir: filepath.Join(t.TempDir(), "data"), start: demoStart(), log: zap.NewNop()})
	require.NoError(t, err)
	defer func() { require.NoError(t, w.close()) }()
	s, err := scenario.Parse("board", strings.NewReader(`# A ticket that was used
@ 13800138001
> REG Zhang Wei 11010519491231002X
< Registered: {*}
> BOOK G123 5DEC 1 card
< {*}Y {code}{*}Order {order}
> Y {code}
< PAID {*}
! terminal board {order}
`))
	require.NoError(t, err)
	require.NoError(t, scenario.Play(ctx, s, w, scenario.Discard{}))
	rows, err := w.books.Ledger(ctx)
	require.NoError(t, err)
	require.Len(t, rows, 1)
	require.NotZero(t, rows[0].Boarded)
	require.Equal(t, booking.ReasonUsed, w.rail.Void(ctx, rows[0].Key, nil).Reason)
	said, err := w.control(ctx, []string{"terminal", "board", rows[0].Key})
	require.NoError(t, err)
	require.Equal(t, rows[0].Key+" has boarded", said)
}

// TestCancelledRunStaysSo: what became of runs outlives everything but the terminal's file.
func TestCancelledRunStaysSo(t *testing.T) {
	t.Parallel()
	ctx := t.Context()
	o := worldOptions{dir: filepath.Join(t.TempDir(), "data"), start: demoStart(), log: zap.NewNop()}
	w, err := newWorld(ctx, o)
	require.NoError(t, err)
	_, err = w.control(ctx, []string{"terminal", "cancel", "G123", "5dec"})
	require.NoError(t, err)
	require.Empty(t, w.out.catalogue.Catalogue().Numbered("G123", 20261205))
	require.NoError(t, w.close())
	w, err = newWorld(ctx, o)
	require.NoError(t, err)
	require.Empty(t, w.out.catalogue.Catalogue().Numbered("G123", 20261205), "the engine does not ask for it again")
	require.EqualValues(t, 1, w.out.catalogue.Seq())
	require.NoError(t, w.close())
	o.start = demoStart().AddDate(0, 0, 30)
	w, err = newWorld(ctx, o)
	require.NoError(t, err)
	require.Same(t, w.timetable, w.out.catalogue.Catalogue(), "nobody travels with it any more")
	require.NoError(t, w.close())
}
