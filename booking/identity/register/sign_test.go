package register

import (
	"encoding/base64"
	"net/http"
	"testing"
	"time"

	"github.com/stretchr/testify/require"
)

// The example of the Standard Webhooks specification, so that its libraries can
// be used at the other end.
func TestStandardWebhooksVector(t *testing.T) {
	key, err := base64.StdEncoding.DecodeString("MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw")
	require.NoError(t, err)
	h := http.Header{}
	at := time.Unix(1614265330, 0)
	body := []byte(`{"test": 2432232314}`)
	Sign(key, h, "msg_p5jXN8AQM9LWM0D4loKWxJek", at, body)
	require.Equal(t, "v1,g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OE=", h.Get(HeaderSignature))
	require.Equal(t, "1614265330", h.Get(HeaderTimestamp))

	ok := func(change func(http.Header), id string, now time.Time, body string) bool {
		c := h.Clone()
		if change != nil {
			change(c)
		}
		return Verify(key, c, id, now, []byte(body)) == nil
	}
	const id = "msg_p5jXN8AQM9LWM0D4loKWxJek"
	require.True(t, ok(nil, id, at, string(body)))
	require.True(t, ok(nil, id, at.Add(Tolerance), string(body)))
	require.True(t, ok(nil, id, at.Add(-Tolerance), string(body)))
	require.True(t, ok(func(h http.Header) { h.Set(HeaderSignature, "v1,AAAA v2,x "+h.Get(HeaderSignature)) }, id, at, string(body)), "keys change")
	require.False(t, ok(nil, id, at.Add(Tolerance+time.Second), string(body)))
	require.False(t, ok(nil, id, at.Add(-Tolerance-time.Second), string(body)))
	require.False(t, ok(nil, id, at, string(body)+" "))
	require.False(t, ok(nil, "msg_2", at, string(body)))
	for name, value := range map[string]string{HeaderID: "x", HeaderTimestamp: "1614265331", HeaderSignature: "g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OE="} {
		require.False(t, ok(func(h http.Header) { h.Set(name, value) }, id, at, string(body)), name)
		require.False(t, ok(func(h http.Header) { h.Del(name) }, id, at, string(body)), name)
	}
	require.False(t, ok(func(h http.Header) { h.Set(HeaderTimestamp, "99999999999999999999") }, id, at, string(body)))
}

func TestParseAnswer(t *testing.T) {
	for body, want := range map[string]error{
		`{"key":"k","result":"match","ref":"R-1"}`:                 nil,
		`{"key":"k","result":"match"}`:                             nil,
		`{"key":"k","result":"no_match","more":[1,{}]}`:            nil,
		`{"key":"K","result":"match"}`:                             errOther,
		`{"result":"match"}`:                                       errOther,
		`{}`:                                                       errOther,
		`{"key":"k","result":"match","error":"x"}`:                 errFailed,
		`{"key":"k","result":"yes"}`:                               errBody,
		`{"key":"k","result":"Match"}`:                             errBody,
		`{"key":"k","Result":"match"}`:                             errBody,
		`{"key":"k","result":true}`:                                errBody,
		`{"key":"k","result":"match","result":"no_match"}`:         errBody,
		`{"key":"k","result":"match"}{}`:                           errBody,
		`{"key":"k","result":"match","ref":"a\r\nb"}`:              errBody,
		`{"key":"k","result":"match"`:                              errBody,
		`[]`:                                                       errBody,
		``:                                                         errBody,
		"{\"key\":\"k\",\"result\":\"match\",\"ref\":\"\xff\"}":    errBody,
		`{"key":"k","result":"match","ref":"` + long(65) + `"}`:    errBody,
		`{"key":"k","result":"no_match","ref":"` + long(65) + `"}`: nil,
	} {
		_, err := ParseAnswer([]byte(body), "k")
		require.Equal(t, want, err, body)
	}
}

func long(n int) string {
	b := make([]byte, n)
	for i := range b {
		b[i] = 'r'
	}
	return string(b)
}

// Whatever a register answers, nothing that is not a whole answer to this very
// question is a yes or a no.
func FuzzParseAnswer(f *testing.F) {
	for _, s := range []string{`{"key":"k","result":"match","ref":"R1"}`, `{"key":"k","result":"no_match"}`, `{"key":"k","error":"x"}`, `{"key":"k"}`, `null`, "\x00", `{"key":"k","result":"match"}]`} {
		f.Add([]byte(s))
	}
	f.Fuzz(func(t *testing.T, body []byte) {
		a, err := ParseAnswer(body, "k")
		if err != nil {
			require.Equal(t, Answer{}, a)
			return
		}
		require.Equal(t, "k", a.Key)
		require.Empty(t, a.Error)
		require.Contains(t, []string{Match, NoMatch}, a.Result)
		if a.Result == Match {
			require.True(t, reference(a.Ref))
		}
	})
}
