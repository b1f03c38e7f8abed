package torture

import (
	"bytes"
	"encoding/base64"
	"encoding/hex"
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

// automaton finds many words at once (Aho and Corasick).
type automaton struct {
	next [][256]int32
	fail []int32
	hit  []string // name of the word that ends here
}

func newAutomaton() *automaton {
	return &automaton{next: make([][256]int32, 1), fail: make([]int32, 1), hit: make([]string, 1)}
}

func (a *automaton) add(word []byte, name string) {
	at := int32(0)
	for _, b := range word {
		if a.next[at][b] == 0 {
			a.next[at][b] = int32(len(a.next))
			a.next, a.fail, a.hit = append(a.next, [256]int32{}), append(a.fail, 0), append(a.hit, "")
		}
		at = a.next[at][b]
	}
	a.hit[at] = name
}

func (a *automaton) link() {
	var queue []int32
	for _, n := range a.next[0] {
		if n != 0 {
			queue = append(queue, n)
		}
	}
	for len(queue) > 0 {
		at := queue[0]
		queue = queue[1:]
		for b, n := range a.next[at] {
			if n == 0 {
				a.next[at][b] = a.next[a.fail[at]][b]
				continue
			}
			a.fail[n] = a.next[a.fail[at]][b]
			if a.hit[n] == "" {
				a.hit[n] = a.hit[a.fail[n]]
			}
			queue = append(queue, n)
		}
	}
}

// find returns the names of what data holds, each once.
func (a *automaton) find(data []byte) map[string]bool {
	found := map[string]bool{}
	at := int32(0)
	for _, b := range data {
		if at = a.next[at][b]; a.hit[at] != "" {
			found[a.hit[at]] = true
		}
	}
	return found
}

// leaks looks into every file below dir for the numbers, in every form, and
// for the codes. A code has six digits only, so it counts where it stands by
// itself: not as a part of a longer number, nor as a number in JSON.
func leaks(dir string, numbers, codes []string) ([]string, error) {
	a := newAutomaton()
	for _, n := range numbers {
		for form, word := range forms(n) {
			a.add(word, form+" "+n)
		}
	}
	a.link()
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
		for name := range a.find(data) {
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
	for pad := range 3 { // base64 at any alignment
		dir := t.TempDir()
		in := base64.StdEncoding.EncodeToString([]byte("abc"[:pad] + secret + "xyz"))
		require.NoError(t, os.WriteFile(filepath.Join(dir, "f"), []byte(in), 0o600))
		found, err := leaks(dir, []string{secret}, nil)
		require.NoError(t, err)
		require.NotEmpty(t, found, in)
	}
}
