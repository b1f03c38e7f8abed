package torture

import (
	"bytes"
	"encoding/base64"
	"encoding/binary"
	"encoding/hex"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"testing"
	"unicode/utf16"

	"github.com/stretchr/testify/require"
)

// forms are the ways in which a number could stand in a file.
func forms(secret string) map[string][]byte {
	bcd, err := hex.DecodeString(secret + secret[:len(secret)%2])
	wide := make([]byte, 0, 2*len(secret))
	for _, u := range utf16.Encode([]rune(secret)) {
		wide = append(wide, byte(u>>8), byte(u))
	}
	spaced, dashed := "", ""
	for i, c := range secret {
		if i > 0 && i%4 == 0 {
			spaced, dashed = spaced+" ", dashed+"-"
		}
		spaced, dashed = spaced+string(c), dashed+string(c)
	}
	f := map[string][]byte{"clear": []byte(secret), "hex": []byte(hex.EncodeToString([]byte(secret))),
		"UTF-16": wide, "spaced": []byte(spaced), "dashed": []byte(dashed)}
	for cut := range 3 { // base64 of any text that holds it: the alphabet of each of three alignments, without the ends
		b := base64.StdEncoding.EncodeToString(append(make([]byte, cut), secret...))
		f["base64 "+string(rune('0'+cut))] = []byte(b[(cut*8+5)/6 : (cut+len(secret))*8/6])
	}
	if len(secret) == 16 && err == nil {
		f["BCD"] = bcd
	}
	return f
}

// finder finds many words at once, by their first octets.
type finder struct {
	words map[uint64][]needle
	gate  []uint64 // a bit for each hash that some word has: most places are passed with one look
}

type needle struct {
	word []byte
	name string
}

const (
	prefix   = 8 // octets that a word has at least
	gateBits = 24
)

func newFinder() *finder {
	return &finder{words: map[uint64][]needle{}, gate: make([]uint64, 1<<gateBits/64)}
}

// hash spreads a word's first octets over the gate.
func hash(head uint64) uint64 { return head * 0x9E3779B97F4A7C15 >> (64 - gateBits) }

func (f *finder) add(word []byte, name string) error {
	if len(word) < prefix {
		return fmt.Errorf("%s: too short to search for", name)
	}
	head := binary.LittleEndian.Uint64(word)
	f.words[head] = append(f.words[head], needle{word, name})
	f.gate[hash(head)/64] |= 1 << (hash(head) % 64)
	return nil
}

// find returns the names of what data holds, each once.
func (f *finder) find(data []byte) map[string]bool {
	found := map[string]bool{}
	for i := 0; i+prefix <= len(data); i++ {
		head := binary.LittleEndian.Uint64(data[i:])
		if h := hash(head); f.gate[h/64]>>(h%64)&1 == 0 {
			continue
		}
		for _, n := range f.words[head] {
			if bytes.HasPrefix(data[i:], n.word) {
				found[n.name] = true
			}
		}
	}
	return found
}

// leaks looks into every file below dir for numbers and names, in every form, and
// for the codes. A code has six digits only, so it counts where it stands by
// itself: not as a part of a longer number, nor as a number in JSON.
func leaks(dir string, numbers, codes []string) ([]string, error) {
	f := newFinder()
	for _, n := range numbers {
		for form, word := range forms(n) {
			if err := f.add(word, form+" "+n); err != nil {
				return nil, err
			}
		}
	}
	isCode := map[string]bool{}
	for _, c := range codes {
		isCode[c] = true
	}
	var found []string
	err := filepath.WalkDir(dir, func(path string, d fs.DirEntry, err error) error {
		if err != nil || d.IsDir() {
			return err
		}
		data, err := os.ReadFile(path)
		if err != nil {
			return err
		}
		for name := range f.find(data) {
			found = append(found, filepath.Base(path)+": "+name)
		}
		for _, n := range lone(data) {
			if isCode[n] {
				found = append(found, filepath.Base(path)+": code "+n)
			}
		}
		return nil
	})
	return found, err
}

// word tells whether b may be a part of a word.
func word(b byte) bool {
	return b == '_' || b == '-' || '0' <= b && b <= '9' || 'a' <= b && b <= 'z' || 'A' <= b && b <= 'Z'
}

// standsAlone tells whether data[from:to] is a word of its own, or one behind the
// Y of a customer in a hurry. In a database columns stand side by side, so that
// the end of one and the begin of the next make numbers that are none.
func standsAlone(data []byte, from, to int) bool {
	if from > 0 && data[from-1]|0x20 == 'y' {
		from--
	}
	return (from == 0 || !word(data[from-1])) && (to == len(data) || !word(data[to]))
}

// lone lists the numbers of six digits that stand by themselves.
func lone(data []byte) []string {
	var list []string
	start := -1
	for i := 0; i <= len(data); i++ {
		if i < len(data) && data[i] >= '0' && data[i] <= '9' {
			if start < 0 {
				start = i
			}
			continue
		}
		if start >= 0 && i-start == 6 && standsAlone(data, start, i) && (start == 0 || !bytes.ContainsRune([]byte(".:+-"), rune(data[start-1]))) {
			list = append(list, string(data[start:i]))
		}
		start = -1
	}
	return list
}

// What is planted must be found, in each form, or the scan proves nothing.
func TestLeaksAreFound(t *testing.T) {
	const secret, code = "6222021234567890", "730214"
	for form, word := range forms(secret) {
		dir := t.TempDir()
		require.NoError(t, os.WriteFile(filepath.Join(dir, "x-wal"), append(append([]byte("\x00\x01ab"), word...), 0xff), 0o600))
		found, err := leaks(dir, []string{"4000000000000002", secret}, nil)
		require.NoError(t, err)
		require.Contains(t, found, "x-wal: "+form+" "+secret)
	}
	for text, want := range map[string]int{"Y 730214 to pay": 1, `"730214"`: 1, "17302145": 0, `{"m":730214}`: 0, "\x00730214\x01": 1, "Y 730215": 0,
		"y730214": 1, "回Y730214付款": 1, "Ow730214PK7": 0, "aY730214": 0} {
		dir := t.TempDir()
		require.NoError(t, os.WriteFile(filepath.Join(dir, "log"), []byte(text), 0o600))
		found, err := leaks(dir, nil, []string{code})
		require.NoError(t, err)
		require.Len(t, found, want, text)
	}
	for _, name := range []string{english().name(1234), chinese().name(1234)} {
		for form, word := range forms(name) {
			dir := t.TempDir()
			require.NoError(t, os.WriteFile(filepath.Join(dir, "f"), append([]byte("12"), word...), 0o600))
			found, err := leaks(dir, []string{secret, name}, nil)
			require.NoError(t, err)
			require.Contains(t, found, "f: "+form+" "+name)
		}
	}
	for pad := range 3 { // base64 at any alignment
		dir := t.TempDir()
		in := base64.StdEncoding.EncodeToString([]byte("abc"[:pad] + secret + "xyz"))
		require.NoError(t, os.WriteFile(filepath.Join(dir, "f"), []byte(in), 0o600))
		found, err := leaks(dir, []string{secret}, nil)
		require.NoError(t, err)
		require.NotEmpty(t, found, in)
	}
}
