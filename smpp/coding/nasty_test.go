package coding_test

import (
	"strings"
	"testing"
	"unicode/utf8"

	"github.com/stretchr/testify/require"

	"shortfare/smpp/coding"
)

// nasty are texts that customers can send, by mistake or not.
func nasty() map[string]string {
	return map[string]string{
		"empty":              "",
		"spaces":             "    \t  ",
		"line ends":          "\r\n\n\r",
		"NUL":                "a\x00b",
		"controls":           "\x01\x02\x07\x08\x0b\x0c\x1b\x7f",
		"extension table":    strings.Repeat("[]{}~^|\\€\f", 40),
		"emoji":              "🚄🎫👨‍👩‍👧‍👦🇨🇳",
		"right to left":      "\u202eG123\u202c שלום",
		"homoglyph digits":   "１２３ ٤٥٦ ०१२ 𝟘𝟙𝟚",
		"full width":         "ＢＯＯＫ　Ｇ１２３",
		"combining":          "e\u0301\u0327\u0489 Z̷͇a̴͎l̶͙g̵̰o̷͎",
		"beyond every plane": "\U0010FFFF\U000F0000",
		"byte order marks":   "a\ufeffb",
		"markup and escapes": "<script>'\"; DROP TABLE x -- ${7*7} =1+1 \x1b[31m",
	}
}

// C08: whatever a text holds, what is sent in parts is read as it was written,
// but for what its alphabet lacks and the handset is shown instead.
func TestC08NastyTextsReadAsWritten(t *testing.T) {
	for name, text := range nasty() {
		t.Run(name, func(t *testing.T) {
			for _, long := range []string{text, strings.Repeat(text+" ", 20)} {
				parts, err := coding.Split(long, coding.SplitOptions{Reference: 7})
				require.NoError(t, err)
				want := long
				if coding.Choose(long) == coding.GSM7 {
					want, _ = coding.Transliterate(long)
				}
				require.Equal(t, want, join(t, parts))
			}
		})
	}
}

// C08: the longest text there is has 255 parts, and one more is refused.
func TestC08LongestText(t *testing.T) {
	for _, c := range []struct {
		unit string
		fits int // in a part
	}{{"a", 153}, {"京", 67}} {
		text := strings.Repeat(c.unit, c.fits*coding.MaxParts)
		parts, err := coding.Split(text, coding.SplitOptions{Reference: 7})
		require.NoError(t, err)
		require.Len(t, parts, coding.MaxParts)
		require.Equal(t, text, join(t, parts))
		_, err = coding.Split(text+c.unit, coding.SplitOptions{Reference: 7})
		require.Error(t, err)
	}
}

// C08: octets that no phone should send are read as well as they can be, never
// thrown away, never a panic: always UTF-8, with U+FFFD where nothing at all can be read.
func TestC08OctetsThatAreNoText(t *testing.T) {
	for _, c := range []struct {
		name   string
		dc     coding.DataCoding
		octets string
		want   string
	}{
		{"odd length", coding.DataCodingUCS2, "\x00A\x00", "A\ufffd"},
		{"one octet", coding.DataCodingUCS2, "A", "\ufffd"},
		{"high surrogate alone", coding.DataCodingUCS2, "\xd8\x3d\x00A", "\ufffdA"},
		{"low surrogate alone", coding.DataCodingUCS2, "\x00A\xde\x84", "A\ufffd"},
		{"surrogates swapped", coding.DataCodingUCS2, "\xde\x84\xd8\x3d", "\ufffd\ufffd"},
		{"escape at the end", coding.DataCodingDefault, "A\x1b", "A "},
		{"escape twice", coding.DataCodingDefault, "\x1b\x1bA", ""},
		{"eighth bit", coding.DataCodingDefault, "A\xe9B", "AéB"},
		{"nothing", coding.DataCodingDefault, "", ""},
		{"reserved data_coding", coding.DataCoding(0x0B), "\xff\x00A", ""},
	} {
		f, single, _ := coding.ExtractFragment(coding.Inbound{DataCoding: c.dc, ShortMessage: []byte(c.octets)})
		require.True(t, single, c.name)
		text, err := f.Text(coding.GSM7)
		require.True(t, utf8.ValidString(text), c.name)
		if c.want != "" {
			require.Equal(t, c.want, text, c.name)
			require.ErrorIs(t, err, coding.ErrMalformed, c.name)
		}
	}
}

// join reads parts as a handset does.
func join(t *testing.T, parts []coding.Part) string {
	t.Helper()
	var list []coding.Fragment
	for _, p := range parts {
		f, single, err := coding.ExtractFragment(coding.Inbound{ESMClass: p.ESMClass, DataCoding: p.DataCoding, ShortMessage: p.ShortMessage})
		require.NoError(t, err)
		if single {
			text, err := f.Text(coding.GSM7)
			require.NoError(t, err)
			return text
		}
		list = append(list, f)
	}
	text, complete, missing, err := coding.Join(coding.GSM7, list)
	require.NoError(t, err)
	require.True(t, complete, "%v", missing)
	return text
}
