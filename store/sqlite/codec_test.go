package sqlite

import (
	"reflect"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"shortfare/booking"
	"shortfare/store/commit"
	"shortfare/store/storetest"
)

// fill sets everything that v holds to something that is not zero, except what
// the store keeps elsewhere or nowhere (json:"-").
func fill(v reflect.Value, n *int64) {
	*n++
	if v.Type() == reflect.TypeFor[time.Time]() {
		v.Set(reflect.ValueOf(storetest.Noon().UTC().Add(time.Duration(*n))))
		return
	}
	switch v.Kind() {
	case reflect.Pointer:
		v.Set(reflect.New(v.Type().Elem()))
		fill(v.Elem(), n)
	case reflect.Slice:
		v.Set(reflect.MakeSlice(v.Type(), 2, 2))
		fill(v.Index(0), n)
		fill(v.Index(1), n)
	case reflect.Struct:
		for i := range v.NumField() {
			if !strings.HasPrefix(v.Type().Field(i).Tag.Get("json"), "-") {
				fill(v.Field(i), n)
			}
		}
	case reflect.String:
		v.SetString("text " + string(rune('a'+*n%26)) + "\n\"<&>北京")
	case reflect.Bool:
		v.SetBool(true)
	case reflect.Int, reflect.Int8, reflect.Int16, reflect.Int32, reflect.Int64:
		v.SetInt(*n % 100)
	case reflect.Uint, reflect.Uint8, reflect.Uint16, reflect.Uint32, reflect.Uint64:
		v.SetUint(uint64(*n) % 100)
	default:
		panic("fill: " + v.Kind().String())
	}
}

// Whatever the domain adds to its types is stored: no field is lost for want
// of a name, and no two share one.
func TestCodecKeepsEveryField(t *testing.T) {
	c := newCodec(testVault(t, 1))
	for _, v := range []any{new(booking.Customer), new(booking.Order), new(textBody), new(replyBody)} {
		var n int64
		fill(reflect.ValueOf(v).Elem(), &n)
		sealed, err := c.seal("1", v)
		require.NoError(t, err)
		got := reflect.New(reflect.TypeOf(v).Elem()).Interface()
		require.NoError(t, c.open("1", sealed, got))
		require.Equal(t, v, got)

		plain, err := c.encode(reflect.New(reflect.TypeOf(v).Elem()).Interface()) // and nothing is made up
		require.NoError(t, err)
		got = reflect.New(reflect.TypeOf(v).Elem()).Interface()
		require.NoError(t, c.decode(plain, got))
		require.Equal(t, reflect.New(reflect.TypeOf(v).Elem()).Interface(), got)
	}
}

func TestSealedErrorsTellNothing(t *testing.T) {
	c := newCodec(testVault(t, 1))
	sealed := c.vault.Seal(booking.SecretText, "1", []byte(`{"name": 6222020000000000, "since": "482913"}`))
	err := c.open("1", sealed, new(booking.Customer))
	require.Error(t, err)
	require.NotContains(t, err.Error(), "6222")
	require.NotContains(t, err.Error(), "482913")
	require.Error(t, c.open("2", sealed, new(booking.Customer)))
}

func FuzzOrder(f *testing.F) {
	c := newCodec(testVault(f, 1))
	o := storetest.Order(phone, 7)
	seed, err := c.encode(&o)
	require.NoError(f, err)
	f.Add(seed)
	f.Add([]byte(`{"id":1,"cr":"0001-01-01T00:00:00Z"}`))
	f.Add([]byte(`{"id":1,"id":2}`))
	f.Fuzz(func(t *testing.T, data []byte) {
		o, err := c.order(data)
		if err != nil {
			return
		}
		again, err := c.encode(o)
		if err != nil {
			return // a time that JSON can read but not write
		}
		back, err := c.order(again)
		require.NoError(t, err)
		third, err := c.encode(back)
		require.NoError(t, err)
		require.Equal(t, string(again), string(third))
	})
}

// What a turn or a tick reads is found by an index, however large the tables are.
func TestQueriesUseIndexes(t *testing.T) {
	s := open(t, options(t, t.TempDir()))
	for query, args := range map[string][]any{
		dueQuery: {1, 1}, attemptsQuery: {1, 1}, outboxQuery: {1, 1}, waitingQuery: {"a", "b", 1, 1}, awaitedQuery: {"a", "b"},
		waitingFormQuery: {"a", "b", 1, 1}, awaitedFormQuery: {"a", "b", 1}, undeliveredQuery: {1},
	} {
		var plan []string
		require.NoError(t, s.db.Do(t.Context(), func(tx *commit.Tx) error {
			return tx.Query(`EXPLAIN QUERY PLAN `+query, func(r commit.Row) error { plan = append(plan, r.Text(3)); return nil }, args...)
		}))
		require.NotEmpty(t, plan)
		for _, step := range plan {
			require.NotContains(t, step, "SCAN", "%s: %v", query, plan)
			require.NotContains(t, step, "TEMP B-TREE", "%s: %v", query, plan)
		}
		if query == outboxQuery {
			require.Contains(t, plan[0], "outbox_ready")
		}
	}
}
