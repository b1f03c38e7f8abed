package storetest

import (
	"bufio"
	"context"
	"fmt"
	"os"
	"os/exec"
	"strconv"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"shortfare/booking"
)

const childEnv = "STORETEST_CHILD_DIR"

// testKilled has a child process, this same test, run turns on a store and
// print the id of every text whose done was called; it is killed at full load.
// Everything acknowledged is there, whole, and work goes on.
func testKilled(t *testing.T, open Open) {
	if dir := os.Getenv(childEnv); dir != "" {
		load(open(t, dir))
	}
	dir := t.TempDir()
	acknowledged := map[int64]bool{}
	for _, after := range []int{1, 200, 1000} {
		for _, id := range runAndKill(t, dir, after) {
			acknowledged[id] = true
		}
		s := reopen(t, open, nil, dir)
		whole(t, s, acknowledged)
		change(t, s, booking.Keys{Customer: alice}, func(v *booking.View) *booking.Changes { return Turn(v, s.Epoch()) })
		require.NoError(t, s.Close())
	}
}

// runAndKill gives what the child acknowledged before it was killed.
func runAndKill(t *testing.T, dir string, after int) (ids []int64) {
	t.Helper()
	cmd := exec.Command(os.Args[0], "-test.run=^"+strings.ReplaceAll(t.Name(), "/", "$/^")+"$", "-test.count=1")
	cmd.Env = append(os.Environ(), childEnv+"="+dir)
	cmd.Stderr = os.Stderr
	out, err := cmd.StdoutPipe()
	require.NoError(t, err)
	require.NoError(t, cmd.Start())
	t.Cleanup(func() { _ = cmd.Process.Kill(); _ = cmd.Wait() })
	lines := bufio.NewScanner(out)
	for lines.Scan() {
		// A line that the kill cut short lacks its end mark.
		line, complete := strings.CutSuffix(lines.Text(), ".")
		id, err := strconv.ParseInt(line, 10, 64)
		if complete {
			require.NoError(t, err, lines.Text())
			ids = append(ids, id)
		}
		if len(ids) == after {
			require.NoError(t, cmd.Process.Kill())
		}
	}
	require.GreaterOrEqual(t, len(ids), after, "the child ended early")
	_ = cmd.Wait()
	return ids
}

// load is the child: it never returns.
func load(s Store) {
	slots := make(chan struct{}, 64)
	for n := 0; ; n++ {
		slots <- struct{}{}
		var id int64
		err := s.Submit(booking.Keys{Customer: alice + booking.MSISDN(n%50)}, func(v *booking.View) (*booking.Changes, error) {
			c := Turn(v, s.Epoch())
			id = c.Texts[0].ID
			return c, nil
		}, func(_ *booking.Changes, err error) {
			if err != nil {
				fmt.Println("done:", err)
			}
			fmt.Printf("%d.\n", id)
			<-slots
		})
		if err != nil {
			fmt.Println("submit:", err)
			os.Exit(1)
		}
	}
}

// whole requires that every acknowledged text is there, and that every turn is
// there with all it wrote or not at all.
func whole(t *testing.T, s Store, acknowledged map[int64]bool) {
	t.Helper()
	stored := map[int64]bool{}
	turns := map[booking.MSISDN]int{}
	for _, m := range texts(t, s) {
		stored[m.ID] = true
		turns[m.MSISDN]++
	}
	for id := range acknowledged {
		require.True(t, stored[id], "text %d was acknowledged", id)
	}
	replies, lines := 0, 0
	require.NoError(t, s.EachReply(context.Background(), 0, func(m booking.MT, _ booking.Sent) error {
		replies++
		require.True(t, stored[m.Cause], "a reply without its text")
		return nil
	}))
	require.NoError(t, s.EachEntry(context.Background(), 0, func(booking.Entry) error { lines++; return nil }))
	require.Equal(t, len(stored), replies)
	require.Equal(t, 2*len(stored), lines)
	require.Len(t, attempts(t, s), len(turns), "one attempt of each customer's order")
	for m, n := range turns {
		v := look(t, s, booking.Keys{Customer: m})
		require.Equal(t, 3+n, v.Customer.Rate.N)
		require.Equal(t, 3+n, v.Orders[0].Version)
	}
}
