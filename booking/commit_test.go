package booking

import (
	"context"
	"testing"
	"testing/synctest"
	"time"

	"github.com/stretchr/testify/require"
)

// A reply of a deadline's turn whose commit came before that of a text leaves
// too, although whoever waits for the turn runs after the text's answer left.
func TestRepliesOfDeadlinesLeaveInOrder(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		r := newRig(t, newMemStore())
		join := func([]Part) (string, bool, error) { return "", false, nil }
		r.Receive(Arrival{MO: MO{MSISDN: 8613800138001, At: r.clock.now, Session: 1}, Part: &Part{Key: "x", Seq: 2, Total: 2, At: r.clock.now}, Join: join},
			func(err error) { require.NoError(t, err) })
		r.clock.now = r.clock.now.Add(6 * time.Minute)
		r.store.hold = true
		ended := make(chan error, 1)
		go func() { ended <- r.Turn(context.Background(), 8613800138001) }()
		synctest.Wait()
		acked := false
		r.Receive(Arrival{MO: MO{MSISDN: 8613800138002, Text: "hi", Hash: 1, At: r.clock.now}}, func(err error) { acked = err == nil })
		r.store.release()
		require.NoError(t, <-ended)
		require.True(t, acked)
		require.Equal(t, "part 1 lost, echo hi", r.carrier.texts())
	})
}
