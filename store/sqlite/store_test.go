package sqlite

import (
	"bytes"
	"context"
	"errors"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"testing"
	"time"

	sqlite3 "github.com/mattn/go-sqlite3"
	"github.com/stretchr/testify/require"
	"go.uber.org/zap"
	"go.uber.org/zap/zaptest/observer"

	"shortfare/booking"
	"shortfare/booking/vault"
	"shortfare/store/commit"
	"shortfare/store/storetest"
)

const phone booking.MSISDN = 8613800138000

func testVault(tb testing.TB, b byte) *vault.Vault {
	tb.Helper()
	v, err := vault.New(bytes.Repeat([]byte{b}, vault.KeySize))
	require.NoError(tb, err)
	return v
}

func options(tb testing.TB, dir string) Options {
	return Options{Path: filepath.Join(dir, "test.db"), Vault: testVault(tb, 1), CacheMB: 16}
}

func open(tb testing.TB, o Options) *Store {
	tb.Helper()
	s, err := Open(o)
	require.NoError(tb, err)
	tb.Cleanup(func() { _ = s.Close() })
	return s
}

func TestConformance(t *testing.T) {
	storetest.Run(t, func(tb testing.TB, dir string) storetest.Store { return open(tb, options(tb, dir)) })
}

func TestFaults(t *testing.T) {
	storetest.Faults(t, func(tb testing.TB, dir string, wrap func(func() error) error) storetest.Store {
		o := options(tb, dir)
		o.WrapCommit = wrap
		return open(tb, o)
	})
}

func BenchmarkStore(b *testing.B) {
	storetest.Benchmark(b, func(tb testing.TB, dir string) storetest.Store {
		o := options(tb, dir)
		o.CacheMB = 64
		return open(tb, o)
	})
}

// The writer's own time for a turn: no COMMIT, no waiting.
func BenchmarkTurn(b *testing.B) {
	s := open(b, options(b, b.TempDir()))
	turn := func(m booking.MSISDN) *job {
		return &job{s: s, keys: booking.Keys{Customer: m}, decide: func(v *booking.View) (*booking.Changes, error) {
			return storetest.Turn(v, 1), nil
		}}
	}
	const customers = 1000
	b.ReportAllocs()
	var spent time.Duration
	for n := 0; n < b.N+customers; n += 100 {
		require.NoError(b, s.db.Do(b.Context(), func(tx *commit.Tx) error {
			begun := time.Now()
			for i := range 100 {
				if err := turn(phone + booking.MSISDN((n+i)%customers)).run(tx); err != nil {
					return err
				}
			}
			if n >= customers {
				spent += time.Since(begun)
			}
			return nil
		}))
	}
	b.ReportMetric(float64(spent.Microseconds())/float64((b.N+99)/100*100), "us/turn")
}

// Of a turn's cost: the customer's row and his order read and written.
func BenchmarkCodec(b *testing.B) {
	c := newCodec(testVault(b, 1))
	customer, order := &booking.Customer{MSISDN: phone}, storetest.Order(phone, 7)
	storetest.Fill(customer)
	owner := phone.String()
	sealed, err := c.seal(owner, customer)
	require.NoError(b, err)
	data, err := c.encode(order)
	require.NoError(b, err)
	b.Run("write", func(b *testing.B) {
		for b.Loop() {
			_, _ = c.seal(owner, customer)
			_, _ = c.encode(&order)
		}
	})
	b.Run("read", func(b *testing.B) {
		for b.Loop() {
			if err := errors.Join(c.open(owner, sealed, new(booking.Customer)), c.decode(data, new(booking.Order))); err != nil {
				b.Fatal(err)
			}
		}
	})
}

func do(t *testing.T, s *Store, changes *booking.Changes) error {
	t.Helper()
	return s.Do(t.Context(), booking.Keys{Customer: phone}, func(*booking.View) (*booking.Changes, error) { return changes, nil })
}

func text(id int64, body string) *booking.Changes {
	m := storetest.Text(phone, id)
	m.Text = body
	return &booking.Changes{Texts: []booking.MO{m}}
}

func TestOpenRefuses(t *testing.T) {
	dir := t.TempDir()
	_, err := Open(Options{Path: filepath.Join(dir, "x.db")})
	require.ErrorContains(t, err, "Vault")
	o := options(t, dir)
	s := open(t, o)
	_, err = Open(o)
	require.ErrorIs(t, err, commit.ErrLocked)
	require.NoError(t, s.Close())

	other := o
	other.Vault = testVault(t, 2)
	_, err = Open(other)
	require.ErrorIs(t, err, ErrKey)
	again := open(t, o)
	require.EqualValues(t, 2, again.Epoch(), "an opening that failed does not count, and leaves no lock")
	require.NoError(t, again.Close())

	newer, err := commit.Open(commit.Options{Path: o.Path, Migrations: append(migrations(), `CREATE TABLE later (id INTEGER PRIMARY KEY)`)})
	require.NoError(t, err)
	require.NoError(t, newer.Close())
	_, err = Open(o)
	require.ErrorIs(t, err, commit.ErrNewerSchema)
}

// Nothing that a customer or we wrote stands in clear in any file.
func TestSealed(t *testing.T) {
	dir := t.TempDir()
	s := open(t, options(t, dir))
	const canary = "Kanarienvogel-482913"
	require.NoError(t, s.Do(t.Context(), booking.Keys{Customer: phone}, func(v *booking.View) (*booking.Changes, error) {
		c := storetest.Turn(v, 1)
		c.Texts[0].Text, c.Replies[0].Text, c.Customer.Name, c.Customer.Document.Birth = canary, canary, canary, canary
		c.Parts = []booking.Part{{Key: "k", Seq: 1, Body: []byte(canary)}}
		c.Receipts = []booking.Receipt{{Link: "a", MessageID: "1", State: "DELIVRD", Raw: "text:" + canary}}
		c.Journal[0].Event = "visible-482914"
		return c, nil
	}))
	seen := map[string]bool{}
	scan := func() {
		files, err := filepath.Glob(filepath.Join(dir, "*"))
		require.NoError(t, err)
		for _, f := range files {
			b, err := os.ReadFile(f)
			require.NoError(t, err)
			require.NotContains(t, string(b), canary, f)
			require.NotContains(t, string(b), "Kanarien", f)
			if bytes.Contains(b, []byte("visible-482914")) {
				seen[filepath.Ext(f)] = true
			}
		}
	}
	scan()
	require.NoError(t, s.Close())
	scan()
	require.Equal(t, map[string]bool{".db": true, ".db-wal": true}, seen, "the scan finds what is in clear")
}

func TestTamperedRowFailsItsTurnOnly(t *testing.T) {
	s := open(t, options(t, t.TempDir()))
	for _, m := range []booking.MSISDN{phone, phone + 1} {
		require.NoError(t, s.Do(t.Context(), booking.Keys{Customer: m}, func(v *booking.View) (*booking.Changes, error) {
			v.Customer.Name = "kept"
			return &booking.Changes{Customer: v.Customer}, nil
		}))
	}
	look := func(m booking.MSISDN) error {
		return s.Do(t.Context(), booking.Keys{Customer: m}, func(v *booking.View) (*booking.Changes, error) { return nil, booking.ErrNoChange })
	}
	require.NoError(t, s.db.Do(t.Context(), func(tx *commit.Tx) error { // one customer's row under another's number
		_, _, err := tx.Exec(`UPDATE customers SET data = (SELECT data FROM customers WHERE msisdn = ?) WHERE msisdn = ?`, uint64(phone+1), uint64(phone))
		return err
	}))
	err := look(phone)
	require.Error(t, err)
	require.NotErrorIs(t, err, booking.ErrStoreDown)
	require.NotContains(t, err.Error(), phone.String())
	require.NoError(t, look(phone+1))
}

func TestJournalIsAppendOnly(t *testing.T) {
	s := open(t, options(t, t.TempDir()))
	require.NoError(t, do(t, s, &booking.Changes{Journal: []booking.Entry{{ID: 5, Event: "x"}}}))
	for _, query := range []string{`DELETE FROM journal`, `UPDATE journal SET event = 'y'`} {
		err := s.db.Do(t.Context(), func(tx *commit.Tx) error { _, _, err := tx.Exec(query); return err })
		require.ErrorContains(t, err, "append-only")
	}
}

func TestBusy(t *testing.T) {
	o := options(t, t.TempDir())
	o.Queue = 4
	s := open(t, o)
	hold, begun := make(chan struct{}), make(chan struct{})
	wait := func(*booking.View) (*booking.Changes, error) { return nil, nil }
	require.NoError(t, s.Submit(booking.Keys{}, func(*booking.View) (*booking.Changes, error) { close(begun); <-hold; return nil, nil }, nil))
	<-begun
	var ended sync.WaitGroup
	for range 4 {
		ended.Add(1)
		require.NoError(t, s.Submit(booking.Keys{}, wait, func(*booking.Changes, error) { ended.Done() }))
	}
	err := s.Submit(booking.Keys{}, wait, func(*booking.Changes, error) { panic("not taken") })
	require.ErrorIs(t, err, booking.ErrBusy)
	require.NotErrorIs(t, err, booking.ErrStoreDown)
	require.ErrorIs(t, s.Do(t.Context(), booking.Keys{}, wait), booking.ErrBusy)
	close(hold)
	ended.Wait()
	require.NoError(t, s.Do(context.Background(), booking.Keys{Customer: phone}, wait))
}

func TestDiskFullIsRefusedAndResumes(t *testing.T) {
	core, logs := observer.New(zap.InfoLevel)
	o := options(t, t.TempDir())
	now := storetest.Noon()
	o.MaxPages, o.Log, o.Now = 80, zap.New(core), func() time.Time { return now }
	s := open(t, o)
	kept := int64(0)
	big := strings.Repeat("x", 20000) // less than what a probe needs
	var err error
	for ; err == nil; kept++ {
		require.NoError(t, s.Ready(t.Context()))
		require.Less(t, kept, int64(100))
		err = do(t, s, text(kept+1, big))
	}
	kept--
	require.ErrorIs(t, err, booking.ErrStoreDown)
	require.ErrorIs(t, err, commit.ErrDiskFull)
	require.ErrorIs(t, s.Ready(t.Context()), booking.ErrStoreDown)
	require.NoError(t, s.db.SetMaxPages(t.Context(), 0))
	require.ErrorIs(t, s.Ready(t.Context()), booking.ErrStoreDown, "it looks once a second")
	now = now.Add(2 * time.Second)
	require.NoError(t, s.Ready(t.Context()), "and finds out without a text")
	require.NoError(t, do(t, s, text(kept+1, big)))
	require.NoError(t, s.db.SetMaxPages(t.Context(), 1))
	for i := kept + 2; err != nil; i++ { // full again, while a turn, not Ready, notices the room
		if err = do(t, s, text(i, big)); err != nil {
			break
		}
		kept = i - 1
		err = errors.New("still room")
	}
	require.ErrorIs(t, s.Ready(t.Context()), booking.ErrStoreDown)
	require.NoError(t, s.db.SetMaxPages(t.Context(), 0))
	require.NoError(t, do(t, s, text(kept+2, big)))
	require.NoError(t, s.Ready(t.Context()))
	n := int64(0)
	require.NoError(t, s.EachText(t.Context(), 0, func(booking.MO) error { n++; return nil }))
	require.Equal(t, kept+2, n)
	require.Len(t, logs.FilterMessageSnippet("disk is full").All(), 2, "told once each time")
	require.Len(t, logs.FilterMessageSnippet("room on the disk").All(), 2)
}

func TestFatalStops(t *testing.T) {
	o := options(t, t.TempDir())
	fsync := sqlite3.Error{Code: sqlite3.ErrIoErr, ExtendedCode: sqlite3.ErrIoErrFsync}
	broken := false
	o.WrapCommit = func(commit func() error) error {
		if broken {
			return fsync
		}
		return commit()
	}
	fatal := make(chan error, 2)
	o.OnFatal = func(err error) { fatal <- err }
	s := open(t, o)
	err := s.Do(t.Context(), booking.Keys{Customer: phone}, func(*booking.View) (*booking.Changes, error) {
		broken = true
		return text(5, "x"), nil
	})
	require.ErrorIs(t, err, booking.ErrStoreDown)
	require.ErrorIs(t, err, commit.ErrFatal)
	require.ErrorIs(t, <-fatal, booking.ErrStoreDown)
	require.ErrorIs(t, s.Ready(t.Context()), booking.ErrStoreDown)
	require.ErrorIs(t, do(t, s, text(6, "y")), booking.ErrStoreDown)
	_, err = s.Outbox(t.Context(), 0, 1)
	require.ErrorIs(t, err, booking.ErrStoreDown)
	require.ErrorIs(t, s.Close(), commit.ErrFatal)
	require.Empty(t, fatal, "told once")

	o.WrapCommit = nil
	s = open(t, o)
	require.NoError(t, do(t, s, text(5, "it was not kept, so its id is free")))
}
