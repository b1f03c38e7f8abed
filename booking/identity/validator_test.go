package identity

import (
	"fmt"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"
)

// Flags tell something and the number is accepted.
func TestFlags(t *testing.T) {
	for in, want := range map[string]struct {
		normal string
		codes  []Code
	}{
		"110105491231002":            {"11010519491231002X", []Code{OldNumber}},
		"110105 491231 002":          {"11010519491231002X", []Code{OldNumber}},
		"440524800101998":            {with(t, "44052418800101998"), []Code{OldNumber}},
		with(t, "11990119491231002"): {with(t, "11990119491231002"), []Code{UnknownCounty}},
		"119901491231002":            {with(t, "11990119491231002"), []Code{OldNumber, UnknownCounty}},
		"119900123456":               {"119900123456", []Code{UnknownCounty}},
		with(t, "81010019940823002"): {with(t, "81010019940823002"), []Code{UnknownCounty}},
		"810000199408230021":         {"810000199408230021", nil},
		"KAZ119990123107":            {"KAZ119990123107", []Code{UnknownCounty}},
	} {
		r := Check(in, today)
		require.True(t, r.Valid, "%s %v", in, r.Findings)
		require.Equal(t, want.normal, r.Normal, in)
		require.Equal(t, want.codes, codes(r), in)
		for _, f := range r.Findings {
			require.True(t, f.Flag)
		}
	}
}

// A wrong old number is kept as it was given.
func TestOldNumberThatIsWrong(t *testing.T) {
	r := Check("110105491331002", today)
	require.False(t, r.Valid)
	require.Equal(t, "110105491331002", r.Normal)
}

func TestPrefectures(t *testing.T) {
	r := Check("440524188001010014", today)
	require.Equal(t, Prefecture{"4405", "汕头市"}, r.Prefecture)
	require.Len(t, prefectures, 554)
	for code, name := range prefectures {
		_, ok := RegionOf(code[:2])
		require.True(t, ok, code)
		require.NotEmpty(t, name, code)
	}
	_, ok := PrefectureOf("9999")
	require.False(t, ok)
}

// Every prefecture and every county of GB/T 2260, from the vectors' file.
func TestPrefecturesAgainstGB2260(t *testing.T) {
	rows := regionRows(t)
	names := map[string][]string{}
	codes := map[string]bool{}
	for _, row := range rows[1:] {
		switch row[4] {
		case "prefecture":
			names[row[0][:4]] = append(names[row[0][:4]], row[1])
		case "county":
			number := with(t, row[0]+"19900101001")
			r := Check(number, today)
			require.True(t, r.Valid)
			require.Empty(t, r.Findings, row)
		default:
			continue
		}
		codes[row[0][:4]] = true
	}
	require.Len(t, prefectures, len(codes))
	for code, list := range names {
		require.Contains(t, list, prefectures[code])
	}
}

const icaoLine = "L898902C36UTO7408122F1204159ZE184226B<<<<<10" // ICAO Doc 9303-4, appendix A

func TestPassportLines(t *testing.T) {
	for in, want := range map[string]struct {
		normal string
		codes  []Code
	}{
		icaoLine: {"L898902C3", []Code{Expired}},
		"P<UTOERIKSSON<<ANNA<MARIA<<<<<<<<<<<<<<<<<<<" + icaoLine: {"L898902C3", []Code{Expired}},
		strings.ToLower(icaoLine):                                 {"L898902C3", []Code{Expired}},
		"L898902C37UTO7408122F1204159ZE184226B<<<<<10":            {"", []Code{BadCheckDigit}},
		"L898902C36UTO7408122F1204159ZE184226B<<<<<11":            {"", []Code{BadCheckDigit}},
		"L898902C36UTO7408132F1204159ZE184226B<<<<<10":            {"", []Code{BadCheckDigit}},
		"E12345678" + string(mrzDigit("E12345678")):               {"E12345678", nil},
		"E12345678" + string(mrzDigit("E12345678")^1):             {"", []Code{BadCheckDigit}},
		"AB1234<<<" + string(mrzDigit("AB1234<<<")):               {"AB1234", nil},
		"AB1234<<<" + string(mrzDigit("AB1234<<<")^1):             {"", []Code{BadCheckDigit}},
	} {
		r := Check(in, today)
		require.Equal(t, Passport, r.Kind, in)
		require.Equal(t, want.codes, codes(r), in)
		require.Equal(t, want.normal != "", r.Valid, in)
		if r.Valid {
			require.Equal(t, want.normal, r.Normal)
		}
	}
	r := Check(icaoLine, today)
	require.Equal(t, time.Date(1974, 8, 12, 0, 0, 0, 0, time.UTC), r.Birth)
	require.Equal(t, Female, r.Gender)
	require.Equal(t, "UTO", r.Country)
}

func TestMRZDigit(t *testing.T) {
	for field, want := range map[string]byte{ // ICAO Doc 9303-3 §4.9 and appendix A of part 4
		"520727": '3', "AB2134<<<": '5', "L898902C3": '6', "740812": '2', "120415": '9', "ZE184226B<<<<<": '1', "": '0',
		"L898902C3674081221204159ZE184226B<<<<<1": '0',
		// The card of part 5 (TD1), number and all, and of part 6 (TD2).
		"D23145890": '7', "D231458907<<<<<<<<<<<<<<<74081221204159<<<<<<<<<<<": '6', "D23145890774081221204159<<<<<<<": '6',
	} {
		require.Equal(t, want, mrzDigit(field), field)
	}
}

// Check digits of Verhoeff's scheme that others publish.
func TestVerhoeff(t *testing.T) {
	for number, want := range map[string]bool{"6548": true, "14285708": true, "1428570": true, "654": false,
		"398438246238642378648236487236482734": false} {
		require.Equal(t, want, verhoeff(number), number)
	}
}

// The examples of validators that are plugged in.
func TestPluggedIn(t *testing.T) {
	plain, more := NewRegistry(Builtin()...), NewRegistry(Aadhaar{}, IBAN{}).With(Builtin()...)
	for _, c := range []struct {
		in    string
		kind  Kind
		codes []Code
	}{
		{"2341 2341 2346", AadhaarNumber, nil},
		{"234123412347", Licence, []Code{UnknownCounty}}, // as a licence it is in order
		{"999999990019", AadhaarNumber, nil},
		{"999999990018", AadhaarNumber, []Code{BadCheckDigit}},
		{"GB82 WEST 1234 5698 7654 32", BankAccount, nil},
		{"GB82 WEST 1234 5698 7654 23", BankAccount, []Code{BadCheckDigit}},
		{"DE89370400440532013000", BankAccount, nil},
		{"MT84MALT011000012345MTLCAST001S", BankAccount, nil},
		{"DE893704004405320130001", BankAccount, []Code{BadLength, BadCheckDigit}},
		{"FR7630006000011234567890189", BankAccount, nil},
		{"FR76300060000112345678901A9", BankAccount, []Code{BadCharacter, BadCheckDigit}}, // two digits end it
		{"GB25123456789012345678", BankAccount, []Code{BadCharacter}},                     // four letters begin it
		{"DE02000000000000000030", BankAccount, nil},
		{"DE99000000000000000030", BankAccount, []Code{BadCheckDigit}}, // the same remainder, and no check digits
		{"XX89370400440532013000", BankAccount, []Code{BadCountry, BadCheckDigit}},
		{"11010519491231002X", Resident, nil},
	} {
		r := more.Check(c.in, today)
		require.Equal(t, c.kind, r.Kind, c.in)
		require.Equal(t, c.codes, codes(r), c.in)
	}
	require.Equal(t, BadProvince, plain.Check("999999990019", today).Findings[0].Code)
	require.Equal(t, Unknown, plain.Check("GB82WEST12345698765432", today).Kind)
	require.Equal(t, BadShape, NewRegistry(Aadhaar{}).Check("123412341234", today).Findings[0].Code)
	require.Equal(t, []Code{BadShape}, codes(NewRegistry(Aadhaar{}).Check("234574475432", today)), "its check digit fits")
	require.False(t, Registry{}.Check("11010519491231002X", today).Valid)
	require.True(t, plain.Check("11010519491231002X", today).Valid, "With changes no registry in use")
}

// Verhoeff's scheme and MOD 97-10 find every single wrong character and every
// swap of neighbours.
func TestCheckDigitsFindSlips(t *testing.T) {
	valid := func(v Validator, n string) bool {
		r := Result{Normal: n}
		v.Check(&r, today)
		return len(r.Findings) == 0
	}
	for _, c := range []struct {
		v     Validator
		n     string
		first int // where the digits start
	}{{Aadhaar{}, "234123412346", 1}, {Aadhaar{}, "999999990019", 1}, {IBAN{}, "GB82WEST12345698765432", 8}, {IBAN{}, "DE89370400440532013000", 2}} {
		require.True(t, valid(c.v, c.n))
		for i := c.first; i < len(c.n); i++ {
			for d := '0'; d <= '9'; d++ {
				wrong := c.n[:i] + string(d) + c.n[i+1:]
				require.Equal(t, wrong == c.n, valid(c.v, wrong), wrong)
			}
			if j := i + 1; j < len(c.n) {
				wrong := c.n[:i] + c.n[j:j+1] + c.n[i:i+1] + c.n[j+1:]
				require.Equal(t, wrong == c.n, valid(c.v, wrong), wrong)
			}
		}
	}
}

func TestRegionlessFindingsQuoteNothing(t *testing.T) {
	more := NewRegistry(Builtin()...).With(Aadhaar{}, IBAN{})
	for _, n := range []string{"110105491231002", "999999990018", "GB82WEST12345698765423", icaoLine, "KAZ990090123105"} {
		r := more.Check(n, today)
		for _, f := range r.Findings {
			require.NotContains(t, f.Text, n[:6])
		}
		require.NotContains(t, fmt.Sprintf("%+v", r), n)
	}
}
