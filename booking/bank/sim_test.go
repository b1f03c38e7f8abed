package bank

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"github.com/stretchr/testify/require"
	"go.uber.org/zap"
	"go.uber.org/zap/zapcore"

	"shortfare/booking"
	"shortfare/store/commit"
)

// testVault seals by an XOR with kind and owner in front, enough to see who opens what.
type testVault struct{}

func (testVault) Seal(kind, owner string, plain []byte) []byte {
	sealed := []byte(kind + "/" + owner + "/")
	for _, c := range plain {
		sealed = append(sealed, c^0x55)
	}
	return sealed
}

func (testVault) Open(kind, owner string, sealed []byte) ([]byte, error) {
	body, ok := bytes.CutPrefix(sealed, []byte(kind+"/"+owner+"/"))
	if !ok {
		return nil, errors.New("other kind or owner")
	}
	plain := make([]byte, len(body))
	for i, c := range body {
		plain[i] = c ^ 0x55
	}
	return plain, nil
}

func (testVault) Token(kind string, plain []byte) string {
	return fmt.Sprintf("%s-%x", kind, len(plain)) + string(plain[len(plain)-4:])
}

func (testVault) PRF(string, []byte) [32]byte { return [32]byte{} }

const payerNumber booking.MSISDN = 8613800138000

func open(t testing.TB, path string) *Sim {
	t.Helper()
	s, err := OpenSim(SimOptions{Path: path, Vault: testVault{}})
	require.NoError(t, err)
	t.Cleanup(func() { require.NoError(t, s.Close()) })
	return s
}

func ledgerPath(t testing.TB) string { return filepath.Join(t.TempDir(), "bank.db") }

func cny(minor int64) booking.Money { return booking.Money{Minor: minor, Currency: "CNY"} }

// card is a sealed account with that number.
func card(number string) booking.Account {
	v := testVault{}
	return booking.Account{Alias: "C1", Kind: booking.CardAccount, Last4: number[len(number)-4:],
		Token: v.Token(booking.SecretAccount, []byte(number)), Sealed: v.Seal(booking.SecretAccount, payerNumber.String(), []byte(number))}
}

const goodCard = "4000000000001000"

func debitOf(key string) booking.DebitRequest {
	return booking.DebitRequest{Key: key, Amount: cny(55300), Payer: payerNumber, Account: card(goodCard), Text: "K7"}
}

func rowOf(t *testing.T, s *Sim, key string) Row {
	t.Helper()
	rows, err := s.Ledger(context.Background())
	require.NoError(t, err)
	for _, r := range rows {
		if r.Key == key {
			return r
		}
	}
	return Row{}
}

type result = booking.Outcome[booking.Charge]

func say(r result) string {
	if r.Verdict == booking.Refused {
		return "refused " + string(r.Reason)
	}
	return r.Verdict.String()
}

// TestAccounts holds every documented number and amount, and the documentation
// against the table.
func TestAccounts(t *testing.T) {
	documented, err := os.ReadFile("doc.go")
	require.NoError(t, err)
	listed := regexp.MustCompile(`\b4000\d{12}\b`).FindAllString(string(documented), -1)
	require.Len(t, listed, len(accounts))
	for _, n := range listed {
		require.Contains(t, accounts, n)
	}
	for _, c := range []struct {
		number, answer string
		minor          int64
		state          State
		takes          time.Duration
	}{
		{"4000000000000002", "refused declined", 100, Declined, 0},
		{"4000000000009995", "refused declined", 100, Declined, 0},
		{"4000 0000 0000 9995", "refused declined", 100, Declined, 0},
		{"4000000000000069", "refused account", 100, Declined, 0},
		{"4000000000000119", "unknown", 100, "", 20 * time.Second},
		{"4000000000000127", "unknown", 100, Booked, 20 * time.Second},
		{"4000000000000341", "done", 100, Booked, DefaultLate},
		{"4000000000000341", "done", 97, Booked, DefaultLate},
		{goodCard, "done", 100, Booked, 0},
		{goodCard, "refused declined", 4597, Declined, 0},
		{goodCard, "unknown", 4598, "", 20 * time.Second},
		{goodCard, "done", 4599, Booked, DefaultLate},
		{"", "done", 100, Booked, 0},
		{"", "refused declined", 97, Declined, 0},
	} {
		path := ledgerPath(t)
		synctest.Test(t, func(t *testing.T) {
			s := open(t, path)
			r := debitOf("1-1")
			r.Amount = cny(c.minor)
			r.Account = booking.Account{Kind: booking.PhoneAccount}
			if c.number != "" {
				r.Account = card(c.number)
			}
			ctx, cancel := context.WithTimeout(t.Context(), 20*time.Second)
			defer cancel()
			start := time.Now()
			got := s.Debit(ctx, r)
			require.Equal(t, c.answer, say(got), c)
			require.Equal(t, c.takes, time.Since(start), c)
			require.Equal(t, c.state, rowOf(t, s, "1-1").State, c)
			if got.Verdict == booking.Done {
				require.Equal(t, r.Amount, got.Value.Amount)
				require.NotEmpty(t, got.Value.Ref)
			}
		})
	}
}

// TestRules is the port's contract, call by call.
func TestRules(t *testing.T) {
	ctx := context.Background()
	for name, steps := range map[string][]struct {
		call, want string
		state      State
	}{
		"debit":               {{"debit", "done", Booked}, {"query", "done", Booked}},
		"nothing known":       {{"query", "refused not_found", ""}, {"refund a 1", "refused not_found", ""}},
		"reverse, repeated":   {{"debit", "done", Booked}, {"reverse", "done", Reversed}, {"reverse", "done", Reversed}, {"query", "refused already_undone", Reversed}, {"refund a 1", "refused already_undone", Reversed}},
		"B03 late debit":      {{"reverse", "done", Reversed}, {"reverse", "done", Reversed}, {"debit", "refused already_undone", Reversed}, {"query", "refused already_undone", Reversed}},
		"declined":            {{"decline", "refused declined", Declined}, {"query", "refused declined", Declined}, {"decline", "refused declined", Declined}, {"debit", "refused mismatch", Declined}, {"reverse", "done", Declined}, {"refund a 1", "refused declined", Declined}},
		"refund, repeated":    {{"debit", "done", Booked}, {"refund a 55300", "done", Refunded}, {"refund a 55300", "done", Refunded}, {"query", "done", Refunded}, {"reverse", "refused mismatch", Refunded}},
		"refund in parts":     {{"debit", "done", Booked}, {"refund a 300", "done", Refunded}, {"refund b 55000", "done", Refunded}, {"refund c 1", "refused mismatch", Refunded}},
		"refund too much":     {{"debit", "done", Booked}, {"refund a 55301", "refused mismatch", Booked}, {"refund a -1", "refused mismatch", Booked}},
		"refund of nothing":   {{"debit", "done", Booked}, {"refund a 0", "done", Refunded}},
		"refund key reused":   {{"debit", "done", Booked}, {"refund a 100", "done", Refunded}, {"refund a 101", "refused mismatch", Refunded}},
		"debit again":         {{"debit", "done", Booked}, {"debit", "done", Booked}},
		"debit again, other":  {{"debit", "done", Booked}, {"decline", "refused mismatch", Booked}, {"query", "done", Booked}},
		"debit after reverse": {{"debit", "done", Booked}, {"reverse", "done", Reversed}, {"debit", "refused already_undone", Reversed}},
	} {
		t.Run(name, func(t *testing.T) {
			s := open(t, ledgerPath(t))
			for _, st := range steps {
				var key string
				var minor int64
				var got result
				switch op, _, _ := strings.Cut(st.call, " "); op {
				case "debit":
					got = s.Debit(ctx, debitOf("1-1"))
				case "decline":
					r := debitOf("1-1")
					r.Account = card("4000000000000002")
					got = s.Debit(ctx, r)
				case "query":
					got = s.Query(ctx, "1-1")
				case "reverse":
					got = s.Reverse(ctx, "1-1")
				case "refund":
					_, err := fmt.Sscanf(st.call, "refund %s %d", &key, &minor)
					require.NoError(t, err)
					got = s.Refund(ctx, "1-1", key, cny(minor))
					if got.Verdict == booking.Done {
						require.Equal(t, cny(minor), got.Value.Amount)
					}
				}
				require.Equal(t, st.want, say(got), st.call)
				require.Equal(t, st.state, rowOf(t, s, "1-1").State, st.call)
			}
		})
	}
}

func TestRequestsThatMakeNoSense(t *testing.T) {
	s := open(t, ledgerPath(t))
	ctx := context.Background()
	for _, change := range []func(*booking.DebitRequest){
		func(r *booking.DebitRequest) { r.Key = "" }, func(r *booking.DebitRequest) { r.Amount.Minor = 0 },
		func(r *booking.DebitRequest) { r.Amount.Minor = -5 }, func(r *booking.DebitRequest) { r.Amount.Currency = "" },
	} {
		r := debitOf("1-1")
		change(&r)
		require.Equal(t, "refused mismatch", say(s.Debit(ctx, r)))
	}
	require.Equal(t, "done", say(s.Debit(ctx, debitOf("1-1"))))
	require.Equal(t, "refused mismatch", say(s.Refund(ctx, "1-1", "a", booking.Money{Minor: 1, Currency: "INR"})))
	require.Equal(t, "refused mismatch", say(s.Refund(ctx, "1-1", "", cny(1))))
	stolen := debitOf("2-1")
	stolen.Payer++
	require.Equal(t, "refused account", say(s.Debit(ctx, stolen)), "sealed for another owner")
	require.Equal(t, Declined, rowOf(t, s, "2-1").State)
	require.True(t, s.PaysByPhone())
}

func TestModes(t *testing.T) {
	for _, c := range []struct {
		mode   Mode
		answer string
		state  State
		takes  time.Duration
	}{
		{ModeApprove, "done", Booked, 0}, {ModeDecline, "refused declined", Declined, 0},
		{ModeSilent, "unknown", "", time.Minute}, {ModeSilentBooked, "unknown", Booked, time.Minute},
		{ModeLate, "done", Booked, DefaultLate}, {ModeDown, "unknown", "", 0},
	} {
		path := ledgerPath(t)
		synctest.Test(t, func(t *testing.T) {
			s := open(t, path)
			require.NoError(t, s.SetMode(string(c.mode)))
			require.Equal(t, c.mode, s.Mode())
			ctx, cancel := context.WithTimeout(t.Context(), time.Minute)
			defer cancel()
			start := time.Now()
			require.Equal(t, c.answer, say(s.Debit(ctx, debitOf("1-1"))), c.mode)
			require.Equal(t, c.takes, time.Since(start), c.mode)
			require.Equal(t, c.state, rowOf(t, s, "1-1").State, c.mode)
			ctx = t.Context()
			if c.mode == ModeDown {
				for _, r := range []result{s.Query(ctx, "1-1"), s.Reverse(ctx, "1-1"), s.Refund(ctx, "1-1", "a", cny(1))} {
					require.Equal(t, booking.Unknown, r.Verdict)
					require.ErrorIs(t, r.Cause, ErrDown)
				}
				require.ErrorIs(t, s.Ready(ctx), ErrDown)
				require.Empty(t, rowOf(t, s, "1-1"))
				require.NoError(t, s.SetMode("approve"))
			}
			require.NoError(t, s.Ready(ctx))
			require.Equal(t, "done", say(s.Reverse(ctx, "1-1")), "only debits are disturbed")
			require.Zero(t, rowOf(t, s, "1-1").Net().Minor)
		})
	}
	s := open(t, ledgerPath(t))
	require.ErrorContains(t, s.SetMode("nonsense"), "silent-booked")
	require.Equal(t, ModeApprove, s.Mode())
}

// TestLateApprovalB03: the money is taken after the caller gave up; after a
// reversal it is not.
func TestLateApprovalB03(t *testing.T) {
	for _, reversed := range []bool{false, true} {
		path := ledgerPath(t)
		synctest.Test(t, func(t *testing.T) {
			s := open(t, path)
			r := debitOf("1-1")
			r.Account = card("4000000000000341")
			ctx, cancel := context.WithTimeout(t.Context(), 2*time.Second)
			defer cancel()
			got := s.Debit(ctx, r)
			require.Equal(t, "unknown", say(got))
			require.ErrorIs(t, got.Cause, context.DeadlineExceeded)
			require.Equal(t, "refused not_found", say(s.Query(t.Context(), "1-1")), "not final: it comes yet")
			if reversed {
				require.Equal(t, "done", say(s.Reverse(t.Context(), "1-1")))
			}
			time.Sleep(DefaultLate)
			synctest.Wait()
			// The ledger writes on real time: look until it has come.
			for rowOf(t, s, "1-1").Calls == 0 {
				time.Sleep(time.Millisecond)
			}
			want := map[bool]State{false: Booked, true: Reversed}[reversed]
			require.Equal(t, want, rowOf(t, s, "1-1").State)
			require.Equal(t, reversed, rowOf(t, s, "1-1").Tombstone)
			require.Zero(t, s.DoubleDebits())
		})
	}
}

func TestCloseEndsCalls(t *testing.T) {
	path := ledgerPath(t)
	synctest.Test(t, func(t *testing.T) {
		s, err := OpenSim(SimOptions{Path: path, Vault: testVault{}})
		require.NoError(t, err)
		answers := make(chan result, 3)
		for i, n := range []string{"4000000000000119", "4000000000000127", "4000000000000341"} {
			go func() {
				r := debitOf(fmt.Sprintf("%d-1", i))
				r.Account = card(n)
				answers <- s.Debit(context.Background(), r)
			}()
		}
		time.Sleep(time.Second)
		require.NoError(t, s.Close())
		require.NoError(t, s.Close())
		for range 3 {
			require.ErrorIs(t, (<-answers).Cause, ErrDown)
		}
		require.ErrorIs(t, s.Debit(context.Background(), debitOf("9-1")).Cause, commit.ErrClosed)
		require.Error(t, s.Ready(context.Background()))
	})
}

func TestDoubleDebitsAreCounted(t *testing.T) {
	path := ledgerPath(t)
	s := open(t, path)
	var wg sync.WaitGroup
	for range 32 {
		wg.Go(func() { require.Equal(t, "done", say(s.Debit(context.Background(), debitOf("1-1")))) })
	}
	wg.Wait()
	require.EqualValues(t, 31, s.DoubleDebits())
	rows, err := s.Ledger(context.Background())
	require.NoError(t, err)
	require.Len(t, rows, 1)
	require.Equal(t, 32, rows[0].Calls)
	require.Equal(t, cny(55300), rows[0].Net())

	lost := debitOf("2-1")
	lost.Account = card("4000000000000119")
	for range 2 {
		ctx, cancel := context.WithCancel(context.Background())
		go func() { time.Sleep(20 * time.Millisecond); cancel() }()
		require.Equal(t, "unknown", say(s.Debit(ctx, lost)))
	}
	require.EqualValues(t, 32, s.DoubleDebits(), "a lost one is a call too")
	require.NoError(t, s.Close())
	require.EqualValues(t, 32, open(t, path).DoubleDebits(), "the ledger remembers")
}

// TestSecretsI9: no account number, and no whole phone number, in file or log.
func TestSecretsI9(t *testing.T) {
	path := ledgerPath(t)
	var log bytes.Buffer
	core := zapcore.NewCore(zapcore.NewJSONEncoder(zap.NewProductionEncoderConfig()), zapcore.AddSync(&log), zap.DebugLevel)
	s, err := OpenSim(SimOptions{Path: path, Vault: testVault{}, Log: zap.New(core)})
	require.NoError(t, err)
	ctx := context.Background()
	const canary = "4929123456781238"
	r := debitOf("1-1")
	r.Account = card(canary)
	r.Account.Last4 = canary // a caller's mistake
	s.Debit(ctx, r)
	s.Debit(ctx, r)
	r.Key, r.Account.Sealed = "2-1", []byte(canary)
	s.Debit(ctx, r)
	require.Contains(t, log.String(), "cannot be opened")
	require.Contains(t, log.String(), "again")
	files, err := filepath.Glob(path + "*")
	require.NoError(t, err)
	require.GreaterOrEqual(t, len(files), 2)
	for _, f := range files {
		data, err := os.ReadFile(f)
		require.NoError(t, err)
		log.Write(data)
	}
	require.Contains(t, log.String(), "1238")
	for _, secret := range []string{canary, "4929", payerNumber.String()} {
		require.False(t, strings.Contains(log.String(), secret), "%s is written down", secret)
	}
	require.NoError(t, s.Close())
}
