package commit

import (
	"context"
	"errors"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"testing"

	"github.com/stretchr/testify/require"
)

var ctx = context.Background()

func TestOpenSettings(t *testing.T) {
	o := testOptions(t)
	o.CheckpointPages = 777
	db := open(t, o)
	require.NoError(t, db.Do(ctx, insert(1, 1)))
	got := map[string]string{}
	require.NoError(t, db.between(ctx, func(c *conn) error {
		for _, p := range []string{"synchronous", "journal_mode", "wal_autocheckpoint", "foreign_keys", "cache_size", "busy_timeout"} {
			v, err := c.value("PRAGMA " + p)
			require.NoError(t, err)
			got[p] = v
		}
		return nil
	}))
	require.Equal(t, map[string]string{"synchronous": "2", "journal_mode": "wal", "wal_autocheckpoint": "777",
		"foreign_keys": "1", "cache_size": "-8192", "busy_timeout": "5000"}, got)
	for _, suffix := range []string{"", "-wal", "-shm", ".lock"} {
		info, err := os.Stat(o.Path + suffix)
		require.NoError(t, err)
		require.Equal(t, os.FileMode(0o600), info.Mode().Perm(), suffix)
	}
	info, err := os.Stat(filepath.Dir(o.Path))
	require.NoError(t, err)
	require.Equal(t, os.FileMode(0o700), info.Mode().Perm())
}

func TestReadBackRefusesWhatDidNotTake(t *testing.T) {
	db := open(t, testOptions(t))
	err := db.between(ctx, func(c *conn) error { return c.set("synchronous", "NORMAL", "2") })
	require.ErrorContains(t, err, "synchronous is 1")
}

func TestConcurrentProducersKeepTheirOrder(t *testing.T) {
	db := open(t, testOptions(t))
	const producers, each = 8, 200
	var wg sync.WaitGroup
	ended := make([][]int, producers) // written on the writer goroutine only
	for p := range producers {
		wg.Go(func() {
			var own sync.WaitGroup
			for n := range each {
				own.Add(1)
				err := db.Submit(insert(p, n), func(err error) {
					defer own.Done()
					if err == nil {
						ended[p] = append(ended[p], n)
					}
				})
				if err != nil {
					own.Done()
					t.Error(err)
				}
			}
			own.Wait()
		})
	}
	wg.Wait()
	last := map[int64]int64{}
	require.NoError(t, db.Read(ctx, func(tx *Tx) error {
		return tx.Query(`SELECT who, n FROM item ORDER BY id`, func(r Row) error {
			require.Equal(t, last[r.Int64(0)], r.Int64(1))
			last[r.Int64(0)]++
			return nil
		})
	}))
	for p := range producers {
		require.Len(t, ended[p], each)
		require.IsIncreasing(t, ended[p])
		require.EqualValues(t, each, last[int64(p)])
	}
	s := db.Stats()
	require.EqualValues(t, producers*each, s.Jobs)
	require.LessOrEqual(t, s.Batches, s.Jobs)
	require.Zero(t, s.Failed)
	require.Zero(t, s.Queue)
	require.Positive(t, s.LastCommit)
}

func TestSavepointIsolation(t *testing.T) {
	var panics []*PanicError
	o := testOptions(t)
	o.OnPanic = func(p *PanicError) { panics = append(panics, p) }
	db := open(t, o)
	refused := errors.New("sold out")
	jobs := []struct {
		job  Job
		want func(error) bool
	}{
		{insert(1, 1), nil},
		{func(tx *Tx) error { return errors.Join(insert(2, 1)(tx), refused) }, func(err error) bool { return errors.Is(err, refused) }},
		{insert(1, 2), nil},
		{func(tx *Tx) error {
			_ = insert(3, 1)(tx)
			var none []int
			return insert(3, none[len(tx.args)])(tx)
		}, func(err error) bool {
			var p *PanicError
			return errors.As(err, &p) && strings.Contains(err.Error(), "index out of range") && strings.Contains(err.Error(), "commit_test.go")
		}},
		{func(*Tx) error { panic("card 4111") }, func(err error) bool {
			return strings.Contains(err.Error(), "type string") && !strings.Contains(err.Error(), "card 4111")
		}},
		{insert(1, 1), IsConstraint},
		{func(tx *Tx) error { // a failed statement that the job can live with
			if err := insert(1, 1)(tx); !IsConstraint(err) {
				return errors.New("constraint expected")
			}
			return insert(1, 3)(tx)
		}, nil},
		{insert(1, 4), nil},
	}
	release := gate(t, db)
	results := make([]error, len(jobs))
	var wg sync.WaitGroup
	for i, j := range jobs {
		wg.Add(1)
		require.NoError(t, db.Submit(j.job, func(err error) { results[i] = err; wg.Done() }))
	}
	before := db.Stats().Batches
	release()
	wg.Wait()
	for i, j := range jobs {
		if j.want == nil {
			require.NoError(t, results[i], i)
			continue
		}
		require.Error(t, results[i], i)
		require.True(t, j.want(results[i]), "%d: %v", i, results[i])
	}
	require.EqualValues(t, 4, count(t, db))
	require.EqualValues(t, before+2, db.Stats().Batches, "the gate's batch and one more")
	require.Len(t, panics, 2)
}

func TestDoneThatPanicsHarmsNobody(t *testing.T) {
	var panics int
	o := testOptions(t)
	o.OnPanic = func(*PanicError) { panics++ }
	db := open(t, o)
	require.NoError(t, db.Submit(insert(1, 1), func(error) { panic(errors.New("bug")) }))
	require.NoError(t, db.Do(ctx, insert(1, 2)))
	require.NoError(t, db.Close())
	require.Equal(t, 1, panics)
}

func TestQueueLimitAndClose(t *testing.T) {
	o := testOptions(t)
	o.Queue, o.MaxBatch = 4, 3
	db := open(t, o)
	release := gate(t, db)
	var order []int
	for n := range 4 {
		require.NoError(t, db.Submit(insert(1, n), func(err error) {
			if err == nil {
				order = append(order, n)
			}
		}))
	}
	require.ErrorIs(t, db.Submit(insert(1, 9), nil), ErrFull)
	require.ErrorIs(t, db.Do(ctx, insert(1, 9)), ErrFull)
	require.Equal(t, 4, db.Stats().Queue)
	release()
	require.NoError(t, db.Close())
	require.NoError(t, db.Close())
	require.Equal(t, []int{0, 1, 2, 3}, order, "Close drains")
	require.ErrorIs(t, db.Submit(insert(1, 9), nil), ErrClosed)
	require.ErrorIs(t, db.Do(ctx, insert(1, 9)), ErrClosed)
	require.ErrorIs(t, db.Read(ctx, func(*Tx) error { return nil }), ErrClosed)
	_, err := os.Stat(o.Path + "-wal")
	require.ErrorIs(t, err, os.ErrNotExist, "the log is copied into the file")

	db = open(t, o)
	require.EqualValues(t, 4, count(t, db))
}

func TestDoGivesUpOnlyBeforeTheJobBegins(t *testing.T) {
	db := open(t, testOptions(t))
	release := gate(t, db)
	c, cancel := context.WithCancel(ctx)
	gone := make(chan error)
	go func() { gone <- db.Do(c, insert(1, 1)) }()
	for db.Stats().Queue == 0 { // the job waits behind the gate
	}
	cancel()
	require.ErrorIs(t, <-gone, context.Canceled)
	release()
	require.NoError(t, db.Do(ctx, insert(1, 2)))
	require.EqualValues(t, 1, count(t, db), "the job that was given up did not run")

	c, cancel = context.WithCancel(ctx)
	require.NoError(t, db.Do(c, func(tx *Tx) error { cancel(); return insert(1, 3)(tx) }), "begun, so it ends")
	require.EqualValues(t, 2, count(t, db))
	require.ErrorIs(t, db.Do(c, insert(1, 4)), context.Canceled)
}

func TestSubmitFromDone(t *testing.T) {
	db := open(t, testOptions(t))
	ended := make(chan error, 1)
	require.NoError(t, db.Submit(insert(1, 1), func(err error) {
		if err == nil {
			err = db.Submit(insert(1, 2), func(err error) { ended <- err })
		}
		if err != nil {
			ended <- err
		}
	}))
	require.NoError(t, <-ended)
	require.EqualValues(t, 2, count(t, db))
}

func TestReaders(t *testing.T) {
	db := open(t, testOptions(t))
	require.NoError(t, db.Do(ctx, insert(1, 1)))
	require.NoError(t, db.Read(ctx, func(tx *Tx) error {
		read := func() (n int64) {
			_, err := tx.Get(countItems, func(r Row) error { n = r.Int64(0); return nil })
			require.NoError(t, err)
			return n
		}
		require.EqualValues(t, 1, read())
		require.NoError(t, db.Do(ctx, insert(1, 2)), "a reader does not hold up the writer")
		require.EqualValues(t, 1, read(), "one snapshot")
		_, _, err := tx.Exec(insertItem, 1, 3, nil)
		require.Error(t, err, "read only")
		return nil
	}))
	require.EqualValues(t, 2, count(t, db))

	own := errors.New("own")
	require.ErrorIs(t, db.Read(ctx, func(*Tx) error { return own }), own)
	require.Panics(t, func() { _ = db.Read(ctx, func(*Tx) error { panic("bug") }) })
	c, cancel := context.WithCancel(ctx)
	require.ErrorIs(t, db.Read(ctx, func(*Tx) error { // both readers taken: the third waits, and gives up
		return db.Read(ctx, func(*Tx) error {
			cancel()
			return db.Read(c, func(*Tx) error { return nil })
		})
	}), context.Canceled)
	require.EqualValues(t, 2, count(t, db))

	c, cancel = context.WithCancel(ctx)
	err := db.Read(c, func(tx *Tx) error {
		return tx.Query(`WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n) SELECT i FROM n`, func(Row) error {
			cancel()
			return nil
		})
	})
	require.ErrorIs(t, err, context.Canceled, "an endless query ends with its context")
	require.EqualValues(t, 2, count(t, db))
}
