package register_test

import (
	"net/http"
	"os"
	"regexp"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"shortfare/booking/identity/register"
	"shortfare/booking/identity/register/sim"
)

// The contract's own example is signed right (with the key of these tests), its
// answers parse, and it names every mode of the simulator.
func TestContractIsTrue(t *testing.T) {
	text, err := os.ReadFile("README.md")
	require.NoError(t, err)
	body := regexp.MustCompile(`(?m)^    (\{"key".*"document".*\})$`).FindSubmatch(text)
	require.NotNil(t, body)
	h := http.Header{}
	for _, m := range regexp.MustCompile(`(?m)^    ([a-zA-Z-]+): (.*)$`).FindAllSubmatch(text, -1) {
		h.Set(string(m[1]), string(m[2]))
	}
	require.Equal(t, h.Get(register.HeaderKey), h.Get(register.HeaderID))
	require.NoError(t, register.Verify(secret, h, "v18-3", time.Unix(1904040000, 0), body[1]))
	answers := regexp.MustCompile(`(?m)^    (\{"key".*"(?:result|error)".*\})$`).FindAllSubmatch(text, -1)
	require.Len(t, answers, 3)
	for _, a := range answers {
		if _, err := register.ParseAnswer(a[1], "v18-3"); err != nil {
			require.Contains(t, string(a[1]), `"error"`)
		}
	}
	for _, m := range sim.Modes() {
		require.True(t, strings.Contains(string(text), "`"+string(m)+"`"), m)
	}
}
