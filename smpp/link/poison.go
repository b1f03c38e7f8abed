package link

import (
	"encoding/hex"
	"sync"
	"time"

	"go.uber.org/zap"
)

const (
	poisonEvery = time.Second // at most one line in the log
	poisonShown = 512         // octets of a PDU that are shown
	headerSize  = 16          // SMPP 3.4 §3.2.1
)

// poison bounds how much of unreadable PDUs is logged.
type poison struct {
	mu      sync.Mutex
	last    time.Time
	skipped int
}

// unreadable counts a PDU that could not be read and shows it to operators,
// who need its octets to talk to the carrier. The session refuses it.
func (l *Link) unreadable(frame []byte, err error) {
	l.in.poison.Add(1)
	now := time.Now()
	l.poison.mu.Lock()
	if now.Sub(l.poison.last) < poisonEvery {
		l.poison.skipped++
		l.poison.mu.Unlock()
		return
	}
	skipped := l.poison.skipped
	l.poison.last, l.poison.skipped = now, 0
	l.poison.mu.Unlock()
	l.log.Warn("unreadable PDU", zap.Int("length", len(frame)), zap.String("octets", masked(frame)), zap.Int("not_shown", skipped), zap.Error(err))
}

// masked writes a PDU in hexadecimal. Letters and digits of its body, which may
// belong to a number, a code or a password, become "**": what is left shows how
// the PDU is built. Text in UCS-2 keeps only its zero octets.
func masked(frame []byte) string {
	shown := frame[:min(len(frame), poisonShown)]
	out := []byte(hex.EncodeToString(shown))
	for i := headerSize; i < len(shown); i++ {
		if c := shown[i]; c >= '0' && c <= '9' || c|0x20 >= 'a' && c|0x20 <= 'z' || c >= 0x80 {
			out[2*i], out[2*i+1] = '*', '*'
		}
	}
	return string(out)
}
