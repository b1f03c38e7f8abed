package sqlite

import (
	"encoding/base64"
	"fmt"
	"reflect"
	"slices"
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
	for _, v := range []any{new(booking.Customer), new(booking.Order), new(textBody), new(replyBody), new(noticeBody), new(people)} {
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

// stringsOf lists what strings and bytes v holds.
func stringsOf(v reflect.Value, list *[]string) {
	switch v.Kind() {
	case reflect.Pointer:
		if !v.IsNil() {
			stringsOf(v.Elem(), list)
		}
	case reflect.Slice:
		if v.Type().Elem().Kind() == reflect.Uint8 && v.Len() > 0 {
			*list = append(*list, base64.StdEncoding.EncodeToString(v.Bytes()))
			return
		}
		for i := range v.Len() {
			stringsOf(v.Index(i), list)
		}
	case reflect.Struct:
		for i := range v.NumField() {
			stringsOf(v.Field(i), list)
		}
	case reflect.String:
		*list = append(*list, v.String())
	}
}

// distinct makes every string and every sealed number of v one of its own.
func distinct(v reflect.Value, n *int) {
	*n++
	switch v.Kind() {
	case reflect.Pointer:
		distinct(v.Elem(), n)
	case reflect.Slice:
		if v.Type().Elem().Kind() == reflect.Uint8 {
			v.SetBytes(fmt.Appendf(nil, "sealed number %05d", *n))
			return
		}
		for i := range v.Len() {
			distinct(v.Index(i), n)
		}
	case reflect.Struct:
		if v.Type() != reflect.TypeFor[time.Time]() {
			for i := range v.NumField() {
				distinct(v.Field(i), n)
			}
		}
	case reflect.String:
		v.SetString(fmt.Sprintf("string %05d", *n))
	}
}

// peopleOf finds every passenger, document and account of v, however deep.
func peopleOf(v reflect.Value, found func(reflect.Value)) {
	switch v.Type() {
	case reflect.TypeFor[booking.Passenger](), reflect.TypeFor[booking.Document](), reflect.TypeFor[booking.Account]():
		found(v)
		return
	case reflect.TypeFor[time.Time]():
		return
	}
	switch v.Kind() {
	case reflect.Pointer:
		if !v.IsNil() {
			peopleOf(v.Elem(), found)
		}
	case reflect.Slice:
		for i := range v.Len() {
			peopleOf(v.Index(i), found)
		}
	case reflect.Struct:
		for i := range v.NumField() {
			peopleOf(v.Field(i), found)
		}
	}
}

// Whoever travels or pays with an order, wherever the domain puts him, stands in
// its sealed column only; with the secret the order is whole, and without it
// nothing but he is missing.
func TestOrdersHideTheirPeople(t *testing.T) {
	c := newCodec(testVault(t, 1))
	o := new(booking.Order)
	var n int64
	fill(reflect.ValueOf(o).Elem(), &n)
	var m int
	distinct(reflect.ValueOf(o).Elem(), &m)
	want, err := c.encode(o)
	require.NoError(t, err)

	data, sealed, err := c.encodeOrder(o, "1")
	require.NoError(t, err)
	var hidden []string
	peopleOf(reflect.ValueOf(o), func(v reflect.Value) {
		kind := string(o.Account.Kind)
		stringsOf(v, &hidden)
		hidden = slices.DeleteFunc(hidden, func(s string) bool { return s == kind })
	})
	require.Greater(t, len(hidden), 30)
	for _, s := range hidden {
		require.Contains(t, string(want), s)
		require.NotContains(t, data, s)
		require.NotContains(t, string(sealed.([]byte)), s)
	}
	after, err := c.encode(o)
	require.NoError(t, err)
	require.Equal(t, string(want), string(after), "the turn's order is left as it is")

	whole, err := c.decodeOrder([]byte(data), sealed.([]byte), "1", false)
	require.NoError(t, err)
	require.Equal(t, o, whole)
	_, err = c.decodeOrder([]byte(data), sealed.([]byte), "2", false)
	require.Error(t, err)

	erased, err := c.decodeOrder([]byte(data), sealed.([]byte), "", true)
	require.NoError(t, err)
	require.Len(t, erased.Passengers, len(o.Passengers))
	require.Equal(t, booking.Account{Kind: o.Account.Kind}, erased.Account)
	rest := *o
	rest.Passengers, rest.Account, rest.Former = erased.Passengers, erased.Account, slices.Clone(o.Former)
	for i := range rest.Former {
		require.NotNil(t, erased.Former[i].Passenger)
		rest.Former[i].Passenger = erased.Former[i].Passenger
	}
	require.Equal(t, &rest, erased)

	plain := storetest.Order(phone, 7)
	plain.Account = booking.Account{}
	_, sealed, err = c.encodeOrder(&plain, "1")
	require.NoError(t, err)
	require.Nil(t, sealed, "there is nothing to seal")
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
		o, err := c.decodeOrder(data, nil, "", false)
		if err != nil {
			return
		}
		again, err := c.encode(o)
		if err != nil {
			return // a time that JSON can read but not write
		}
		back, err := c.decodeOrder(again, nil, "", false)
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
		waitingFormQuery: {"a", "b", 1, 1}, awaitedFormQuery: {"a", "b", 1}, undeliveredQuery: {1, 1},
		customerQuery: {1}, orderQuery: {1, 1}, partsQuery: {"a"}, ownerQuery: {1}, suspendedQuery: {}, noticesQuery: {}, waitingOrdersQuery: {1, 1}, inquiriesQuery: {1, 1},
		callbackQuery: {1}, standingQuery: {1}, callbacksQuery: {1, 1}, beforeQuery: {1}, labelledQuery: {1, 1, 1}, membersQuery: {1}, customersQuery: {1, 1}, reviewQuery: {1},
	} {
		plan := planOf(t, s, query, args...)
		for _, step := range plan {
			if query == noticesQuery || query == suspendedQuery || query == waitingOrdersQuery || query == reviewQuery {
				step = strings.NewReplacer("SCAN notices USING INDEX notices_open", "", "SCAN orders USING INDEX orders_review", "", "SCAN suspensions USING INDEX suspensions_lasting", "").Replace(step)
			}
			require.NotContains(t, step, "SCAN", "%s: %v", query, plan)
			require.NotContains(t, step, "TEMP B-TREE", "%s: %v", query, plan)
		}
		if query == outboxQuery {
			require.Contains(t, plan[0], "outbox_ready")
		}
	}
}

func planOf(t *testing.T, s *Store, query string, args ...any) (plan []string) {
	t.Helper()
	require.NoError(t, s.db.Do(t.Context(), func(tx *commit.Tx) error {
		return tx.Query(`EXPLAIN QUERY PLAN `+query, func(r commit.Row) error { plan = append(plan, r.Text(3)); return nil }, args...)
	}))
	require.NotEmpty(t, plan)
	return plan
}

// What operators and erasures read of many rows is bounded by an index too;
// only its result is sorted.
func TestRareQueriesUseIndexes(t *testing.T) {
	s := open(t, options(t, t.TempDir()))
	queries := map[string][]any{travellersQuery: {"G1", 1, 2, 3, 4}, countQuery: {1}, readyQuery: {1}, unownedOrdersQuery: {1}}
	for _, query := range eraseQueries() {
		queries[query] = []any{1}
	}
	for query, args := range queries {
		for _, step := range planOf(t, s, query, args...) {
			if strings.Contains(step, "SCAN t VIRTUAL TABLE") || strings.Contains(step, "USING INDEX orders_waiting") {
				continue // the waitlist, and what each order on it wishes for
			}
			require.NotContains(t, step, "SCAN", "%s: %s", query, step)
		}
	}
}
