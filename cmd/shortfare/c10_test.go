package main

import (
	"bytes"
	"context"
	"encoding/base64"
	"encoding/hex"
	"io/fs"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"slices"
	"testing"
	"time"
	"unicode/utf16"

	"github.com/stretchr/testify/require"
)

// canaries are secrets that customers type, asked and unasked.
func canaries() map[string]string {
	return map[string]string{"card": "6222021234567894", "odd card": "4929123456781238", "iban": "DE89370400440532013000", "id": "110105198001010016",
		"own id": "11010519491231002X", "passport": "E48213967", "pin": "48213", "password": "Kanarienvogel"}
}

// written are the ways in which a secret may stand in a file or a stream.
func written(secret string) map[string][]byte {
	b := []byte(secret)
	back := slices.Clone(b)
	slices.Reverse(back)
	var spaced, be, le []byte
	for i, u := range utf16.Encode([]rune(secret)) {
		if i > 0 && i%4 == 0 {
			spaced = append(spaced, ' ')
		}
		spaced = append(spaced, b[i])
		be, le = append(be, byte(u>>8), byte(u)), append(le, byte(u), byte(u>>8))
	}
	f := map[string][]byte{"clear": b, "reversed": back, "spaced": spaced, "dashed": bytes.ReplaceAll(spaced, []byte(" "), []byte("-")),
		"hex": []byte(hex.EncodeToString(b)), "UTF-16": be, "UTF-16 LE": le}
	for cut := range 3 { // of any text that holds it, at each of three alignments, without the ends
		e := base64.StdEncoding.EncodeToString(append(make([]byte, cut), secret...))
		f["base64 "+string(rune('0'+cut))] = []byte(e[(cut*8+5)/6 : (cut+len(secret))*8/6])
	}
	if bcd, err := hex.DecodeString(secret); err == nil && len(secret) > 10 {
		f["BCD"] = bcd
	}
	return f
}

// found names the secrets that data holds.
func found(data []byte) (all []string) {
	for name, secret := range canaries() {
		for form, b := range written(secret) {
			if bytes.Contains(data, b) {
				all = append(all, name+" "+form)
			}
		}
	}
	slices.Sort(all)
	return all
}

// TestC10Scan: what customers type of cards, documents, PINs and passwords, where it is
// asked for and where it is not, is in no file, no entry of the log, no metric and no text
// of ours, also after a crash.
func TestC10Scan(t *testing.T) {
	t.Parallel()
	for name, secret := range canaries() {
		for form, b := range written(secret) {
			require.Contains(t, found(append([]byte("\x00x"), b...)), name+" "+form, "the scan is blind")
		}
	}
	ctx, cancel := context.WithTimeout(t.Context(), 2*time.Minute)
	defer cancel()
	var logged output
	log, err := personLog(&logged, "debug")
	require.NoError(t, err)
	dir := filepath.Join(t.TempDir(), "data")
	w, err := newWorld(ctx, worldOptions{dir: dir, log: log, start: demoStart(), env: []string{"SHORTFARE_LIMITS_TEXTS_PER_5MIN=0"}})
	require.NoError(t, err)
	closed := false
	defer func() {
		if !closed {
			require.NoError(t, w.close())
		}
	}()
	texts := []string{"REG Zhang Wei 11010519491231002X", "hello my card is 6222021234567894 cvv 482", "BOOK G123 5DEC 1 4929123456781238 pin 48213",
		"my password is Kanarienvogel", "密码 Kanarienvogel 卡 6222 0212 3456 7894", "SET JOB 6222-0212-3456-7894", "SET CITY 110105198001010016",
		"SET NAME Li 110105198001010016", "PAX ADD LI Li Na 110105198001010016", "PAX DEL 110105198001010016", "CARD ADD DE89 3704 0044 0532 0130 00",
		"BOOK G7 5DEC Wang Fang E48213967", "AGENT I lost 4929123456781238, pin 48213", "Y 6222021234567894", "CXL 6222021234567894", "ORD E48213967",
		"Q BEIJING SHANGHAI 6222021234567894", "FORGET ME 110105198001010016", "HELP 6222021234567894", "T 6222021234567894", "6222021234567894",
		"注册 张伟 110105198001010016", "绑卡 4929 1234 5678 1238", "BOKO G123 6222021234567894", "WAIT G3 5DEC 1 6222021234567894", "STOP 6222021234567894",
		"I am at the bank with my card 6222021234567894 and my passport E48213967, this is a long text that needs more than one part to be carried, pin 48213, password Kanarienvogel"}
	const phone = "13800138001"
	heard := 0
	for i, text := range texts {
		if i == len(texts)/2 {
			require.NoError(t, w.crash(ctx))
		}
		require.NoError(t, w.Text(phone, text))
		for range 2 { // a removed part may have a notice of its own
			wait, done := context.WithTimeout(ctx, 2*time.Second)
			if heard > 0 {
				done()
				wait, done = context.WithTimeout(ctx, 150*time.Millisecond)
			}
			answer, err := w.Next(wait, phone)
			done()
			if err != nil {
				break
			}
			heard++
			require.Empty(t, found([]byte(answer)), "%q is answered %q", text, answer)
		}
	}
	require.Greater(t, heard, len(texts)/2)
	rec := httptest.NewRecorder()
	w.handler().ServeHTTP(rec, httptest.NewRequest(http.MethodGet, "/metrics", nil))
	require.Equal(t, http.StatusOK, rec.Code)
	require.Empty(t, found(rec.Body.Bytes()), "metrics")
	closed = true
	require.NoError(t, w.close())
	require.Empty(t, found([]byte(logged.String())), "log")
	files := 0
	require.NoError(t, filepath.WalkDir(dir, func(path string, d fs.DirEntry, err error) error {
		if err != nil || d.IsDir() {
			return err
		}
		data, err := os.ReadFile(path)
		files++
		require.Empty(t, found(data), path)
		return err
	}))
	require.GreaterOrEqual(t, files, 4)
}
