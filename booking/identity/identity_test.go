package identity

import (
	"encoding/csv"
	"encoding/json"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"
)

var today = time.Date(2026, 3, 14, 12, 0, 0, 0, time.UTC)

// with completes 17 digits with their check character.
func with(t testing.TB, digits string) string {
	t.Helper()
	c, ok := CheckCharacter(digits)
	require.True(t, ok)
	return digits + string(c)
}

func codes(r Result) (list []Code) {
	for _, f := range r.Findings {
		list = append(list, f.Code)
	}
	return list
}

func TestValid(t *testing.T) {
	day := func(y, m, d int) time.Time { return time.Date(y, time.Month(m), d, 0, 0, 0, 0, time.UTC) }
	for _, c := range []struct {
		in, normal string
		kind       Kind
		birth      time.Time
		gender     Gender
		region     string
	}{
		{"11010519491231002X", "", Resident, day(1949, 12, 31), Female, "Beijing"},
		{"440524188001010014", "", Resident, day(1880, 1, 1), Male, "Guangdong"},
		{"810000199408230021", "", Resident, day(1994, 8, 23), Female, "Hong Kong"},
		{"830000199201300022", "", Resident, day(1992, 1, 30), Female, "Taiwan"},
		{" 110105 19491231 002x ", "11010519491231002X", Resident, day(1949, 12, 31), Female, "Beijing"},
		{"110105-19491231-002×", "11010519491231002X", Resident, day(1949, 12, 31), Female, "Beijing"},
		{"１１０１０５１９４９１２３１００２ｘ", "11010519491231002X", Resident, day(1949, 12, 31), Female, "Beijing"},
		{with(t, "54010220000229001"), "", Resident, day(2000, 2, 29), Male, "Tibet"},
		{"911124198108030024", "", ForeignResident, day(1981, 8, 3), Female, "Beijing"},
		{"P.1234567", "P1234567", Passport, time.Time{}, "", ""},
		{"CHE110083041232", "", ForeignResident, day(1983, 4, 12), "", "Beijing"},
		{"KAZ110090123105", "", ForeignResident, day(1990, 12, 31), "", "Beijing"},
		{"kaz 1100 901231 05", "KAZ110090123105", ForeignResident, day(1990, 12, 31), "", "Beijing"},
		{"E12345678", "", Passport, time.Time{}, "", ""},
		{"ea1234567", "EA1234567", Passport, time.Time{}, "", ""},
		{"G12345678", "", Passport, time.Time{}, "", ""},
		{"DE1234567", "", Passport, time.Time{}, "", ""},
		{"123456789", "", Passport, time.Time{}, "", ""},
		{"C01X00T47", "", Passport, time.Time{}, "", ""},
		{"AB1234", "", Passport, time.Time{}, "", ""},
		{"110100123456", "", Licence, time.Time{}, "", "Beijing"},
		{"H12345678", "", HomeReturn, time.Time{}, "", "Hong Kong"},
		{"m1234567801", "M1234567801", HomeReturn, time.Time{}, "", "Macau"},
		{"12345678", "", TaiwanPermit, time.Time{}, "", "Taiwan"},
		{"0012345678(B)", "0012345678B", TaiwanPermit, time.Time{}, "", "Taiwan"},
	} {
		r := Check(c.in, today)
		require.True(t, r.Valid, "%s: %v", c.in, r.Findings)
		require.Empty(t, r.Findings)
		if c.normal == "" {
			c.normal = c.in
		}
		require.Equal(t, c.normal, r.Normal)
		require.Equal(t, c.kind, r.Kind, c.in)
		require.Equal(t, c.birth, r.Birth, c.in)
		require.Equal(t, c.gender, r.Gender, c.in)
		require.Equal(t, c.region, r.Region.English, c.in)
	}
}

func TestInvalid(t *testing.T) {
	for _, c := range []struct {
		in    string
		kind  Kind
		codes []Code
		text  string
	}{
		{"1101051949123100X", Resident, []Code{BadLength}, "17 characters, an ID has 18"},
		{"1101051949123100222", Resident, []Code{BadLength}, "19 characters"},
		{"110105491331002", Resident, []Code{OldNumber, BadDate}, "15-digit"},
		{"160105491231002", Resident, []Code{OldNumber, BadProvince}, "15-digit"},
		{"CHE110083041234", ForeignResident, []Code{BadCheckDigit}, "check digit"},
		{"KAA110090123105", ForeignResident, []Code{BadCountry, BadCheckDigit}, "country"},
		{"KAZ990090123105", ForeignResident, []Code{BadProvince}, "province"},
		{"KAZ110090133105", ForeignResident, []Code{BadDate, BadCheckDigit}, "does not exist"},
		{"1101051949123100XX", Resident, []Code{BadCharacter}, "17 digits"},
		{"11010519491231O02X", Resident, []Code{BadCharacter}, "17 digits"},
		{"110105194912310021", Resident, []Code{BadCheckDigit}, "check digit"},
		{with(t, "16010519491231002"), Resident, []Code{BadProvince}, "province"},
		{with(t, "00010519491231002"), Resident, []Code{BadProvince}, "province"},
		{with(t, "11010519490229002"), Resident, []Code{BadDate}, "does not exist"},
		{with(t, "11010519491301002"), Resident, []Code{BadDate}, "does not exist"},
		{with(t, "11010519490000002"), Resident, []Code{BadDate}, "does not exist"},
		{with(t, "11010500000101002"), Resident, []Code{BadDate}, "too long ago"},
		{with(t, "11010518751231002"), Resident, []Code{BadDate}, "too long ago"},
		{with(t, "11010520260315002"), Resident, []Code{FutureDate}, "future"},
		{"160105194902290021", Resident, []Code{BadProvince, BadDate, BadCheckDigit}, "province"},
		{"911124198108030025", ForeignResident, []Code{BadCheckDigit}, "check digit"},
		{with(t, "96112419810803002"), ForeignResident, nil, ""},
		{with(t, "91712419810803002"), ForeignResident, []Code{BadProvince}, "province"},
		{with(t, "91112519810803002"), ForeignResident, []Code{BadCountry}, "country"},
		{"990100123456", Licence, []Code{BadProvince}, "province"},
		{"", Unknown, []Code{BadLength}, "no number"},
		{" - ", Unknown, []Code{BadLength}, "no number"},
		{"A1234", Unknown, []Code{BadLength}, "too short"},
		{"ABCDEFG", Unknown, []Code{BadCharacter}, "no digit"},
		{"E1234+678", Unknown, []Code{BadCharacter}, "letters and digits"},
		{"护照12345678", Unknown, []Code{BadCharacter}, "letters and digits"},
		{"AB12345678", Unknown, []Code{BadShape}, "no ID"},
		{"H123456789", Unknown, []Code{BadShape}, "no ID"},
		{"ABCDEFGHIJKLMNOPQRS1", Unknown, []Code{BadLength}, "too long"},
	} {
		r := Check(c.in, today)
		require.Equal(t, c.kind, r.Kind, c.in)
		require.Equal(t, c.codes, codes(r), c.in)
		require.Equal(t, len(c.codes) == 0, r.Valid, c.in)
		if c.text != "" {
			require.Contains(t, r.Findings[0].Text, c.text)
		}
		for _, f := range r.Findings {
			require.NotContains(t, f.Text, "110105", "a finding quotes no number")
		}
	}
}

// The day is the day in China: 2026-03-14 16:00 UTC is the 15th there.
func TestFutureByTheCalendarOfChina(t *testing.T) {
	n := with(t, "11010520260315002")
	require.False(t, Check(n, time.Date(2026, 3, 14, 15, 59, 59, 0, time.UTC)).Valid)
	require.True(t, Check(n, time.Date(2026, 3, 14, 16, 0, 0, 0, time.UTC)).Valid)
	require.True(t, Check(n, time.Date(2026, 3, 14, 12, 0, 0, 0, time.FixedZone("", -4*3600))).Valid)
}

// ISO 7064 MOD 11-2 finds every single wrong character and every swap of two
// different ones; so must this. All places, all values, many numbers.
func TestCheckDigitFindsSingleErrorsAndSwaps(t *testing.T) {
	valid := func(n string) bool {
		c, ok := CheckCharacter(n)
		return ok && c == n[17]
	}
	for k := range 200 {
		n := with(t, fmt.Sprintf("%017d", 11010119000101000+k*7919*104729))
		require.True(t, valid(n))
		for i := range n {
			alphabet := "0123456789"
			if i == 17 {
				alphabet += "X"
			}
			for _, c := range alphabet {
				if byte(c) != n[i] {
					require.False(t, valid(n[:i]+string(c)+n[i+1:]), "%s at %d", n, i)
				}
			}
		}
		for i := range 16 {
			if n[i] != n[i+1] {
				require.False(t, valid(n[:i]+string(n[i+1])+string(n[i])+n[i+2:]), "%s swapped at %d", n, i)
			}
		}
	}
	for _, bad := range []string{"", "1234567890123456", "1234567890123456X", "1234567890123456a8"} {
		_, ok := CheckCharacter(bad)
		require.False(t, ok, bad)
	}
}

func TestLooks(t *testing.T) {
	for in, want := range map[string]struct {
		kind Kind
		sure bool
	}{
		"11010519491231002X": {Resident, true}, "11010519491231002x": {Resident, true},
		"440524188001010014": {Resident, false}, "440524198001010014": {Resident, true},
		"622202123456789012": {Resident, false}, // as likely a bank card
		"911124198108030024": {ForeignResident, true}, "CHE110083041234": {ForeignResident, true},
		"E12345678": {Passport, true}, "EA1234567": {Passport, true}, "EI1234567": {Passport, false}, "SE1234567": {Passport, true},
		"SX1234567": {Passport, false}, "P12345678": {Passport, true}, "A12345678": {Passport, false}, "E1234567": {Passport, false},
		"E1A345678": {Passport, false}, "XY1234567": {Passport, false},
		"H12345678": {HomeReturn, true}, "M1234567890": {HomeReturn, true}, "12345678": {TaiwanPermit, false}, "110100123456": {Licence, false},
		"G123": {Unknown, false}, "BEIJING": {Unknown, false}, "6222021234567890": {Unknown, false}, "": {Unknown, false},
		strings.Repeat("1", 100): {Unknown, false},
	} {
		kind, sure := Looks(in)
		require.Equal(t, want.kind, kind, in)
		require.Equal(t, want.sure, sure, in)
	}
}

func TestMask(t *testing.T) {
	for in, want := range map[string]string{
		"11010519491231002X": "1101**********002X", "110105 19491231 002x": "1101**********002X",
		"CHE110083041234": "CHE1*******1234", "110100123456": "110******456", "E12345678": "E1*****78", "12345678": "12****78",
		"AB1234": "A****4", "A1234": "*****", "": "", "护照12345678": "护照******78",
	} {
		require.Equal(t, want, Mask(in), in)
	}
}

func TestResultDoesNotShowTheNumber(t *testing.T) {
	r := Check("11010519491231002X", today)
	for _, format := range []string{"%v", "%+v", "%#v", "%s", "%q"} {
		text := fmt.Sprintf(format, r)
		require.NotContains(t, text, "11010519491231002X")
		require.Contains(t, text, "1101**********002X")
	}
	text, err := json.Marshal(r)
	require.NoError(t, err)
	require.NotContains(t, string(text), "11010519491231002X")
}

func TestRegions(t *testing.T) {
	list := Regions()
	require.Len(t, list, 35)
	for i, r := range list {
		got, ok := RegionOf(r.Code)
		require.True(t, ok)
		require.Equal(t, r, got)
		if i > 0 {
			require.Less(t, list[i-1].Code, r.Code)
		}
	}
	list[0].English = "changed"
	got, _ := RegionOf("11")
	require.Equal(t, "Beijing", got.English, "the list is a copy")
	_, ok := RegionOf("91")
	require.False(t, ok)
}

// regionRows reads the vectors' file of region codes, the head line included.
func regionRows(t *testing.T) [][]string {
	t.Helper()
	dir := os.Getenv("SHORTFARE_VECTORS")
	if dir == "" {
		t.Skip("SHORTFARE_VECTORS does not name the folder with regions.csv")
	}
	f, err := os.Open(filepath.Join(dir, "regions.csv"))
	require.NoError(t, err)
	defer f.Close()
	rows, err := csv.NewReader(f).ReadAll()
	require.NoError(t, err)
	return rows
}

// Every province-level code of GB/T 2260, from the vectors' file.
func TestRegionsAgainstGB2260(t *testing.T) {
	rows := regionRows(t)
	found := 0
	for _, row := range rows {
		if row[4] != "province" {
			continue
		}
		r, ok := RegionOf(row[0][:2])
		require.True(t, ok, row)
		require.True(t, strings.HasPrefix(row[1], r.Chinese), row)
		found++
	}
	require.Equal(t, len(regions), found)
}

func FuzzCheck(f *testing.F) {
	for _, s := range []string{icaoLine, "E123456784", "KAZ110090123105", "0012345678(B)", "11010519491231002X", "１１０１０５", "E12345678", "CHE110083041234", "91112419810803002", "\xff 护照-", "110105491231002"} {
		f.Add(s, int64(1773489600))
	}
	f.Fuzz(func(t *testing.T, s string, unix int64) {
		now := time.Unix(unix%(1<<40), 0)
		r := Check(s, now)
		if r.Valid == r.wrong() || r.Valid && r.Kind == Unknown {
			t.Fatalf("%q: %v", s, r)
		}
		again := Check(r.Normal, now)
		if kept := strings.TrimLeft(r.Normal, "ABCDEFGHIJKLMNOPQRSTUVWXYZ"); r.Kind == Passport && digitsFrom(kept, 0) == 8 && len(kept) == 8 {
			return // a foreign passport number may have the form of a permit
		}
		if again.Normal != r.Normal || again.Valid != r.Valid || again.Kind != r.Kind {
			t.Fatalf("%q: the normal form reads otherwise", s)
		}
		if r.Valid && r.Kind == Resident {
			if c, ok := CheckCharacter(r.Normal); !ok || c != r.Normal[17] || r.Birth.IsZero() || r.Region.Code == "" || r.Birth.After(now.Add(24*time.Hour)) {
				t.Fatalf("%q: %v", s, r)
			}
		}
		if kind, sure := Looks(s); sure && kind != r.Kind {
			t.Fatalf("%q looks like %s, is %s", s, kind, r.Kind)
		}
		if m := Mask(s); len([]rune(m)) != len([]rune(normalize(s))) || len(m) > 6 && !strings.Contains(m, "*") {
			t.Fatalf("%q masked as %q", s, m)
		}
	})
}

func BenchmarkCheck(b *testing.B) {
	for _, n := range []string{"11010519491231002X", "110105-19491231-002x", "110105194912310021", "E12345678"} {
		b.Run(n, func(b *testing.B) {
			b.ReportAllocs()
			for b.Loop() {
				Check(n, today)
			}
		})
	}
	b.Run("Looks", func(b *testing.B) {
		for b.Loop() {
			Looks("11010519491231002X")
		}
	})
}
