package torture

import (
	"context"
	"errors"
	"fmt"
	"io"
	"net/http"
	"os"
	"regexp"
	"slices"
	"strconv"
)

// usage is what the child uses at one moment.
type usage struct {
	texts      float64 // that it had answered by then
	heap       float64 // MB of live objects, as its last collection found them
	goroutines float64
}

var listens = regexp.MustCompile(`"http":"([0-9.:]+)"`)

// address finds where the child serves its metrics: it says so in its log.
func (g *gateway) address() (string, error) {
	b, err := os.ReadFile(g.log.Name())
	if err != nil {
		return "", err
	}
	all := listens.FindAllSubmatch(b, -1)
	if all == nil {
		return "", errors.New("the log names no address of metrics")
	}
	return string(all[len(all)-1][1]), nil
}

// usage reads the child's metrics at addr.
func (g *gateway) usage(ctx context.Context, addr string) (u usage, err error) {
	r, err := http.NewRequestWithContext(ctx, http.MethodGet, "http://"+addr+"/metrics", nil)
	if err != nil {
		return u, err
	}
	resp, err := http.DefaultClient.Do(r)
	if err != nil {
		return u, err
	}
	defer resp.Body.Close()
	body, err := io.ReadAll(resp.Body)
	if err != nil {
		return u, err
	}
	for name, v := range map[string]*float64{"shortfare_texts_total": &u.texts, "go_memstats_next_gc_bytes": &u.heap, "go_goroutines": &u.goroutines} {
		m := regexp.MustCompile(`(?m)^` + name + ` (\S+)$`).FindSubmatch(body)
		if m == nil {
			return u, fmt.Errorf("no metric %s", name)
		}
		if *v, err = strconv.ParseFloat(string(m[1]), 64); err != nil {
			return u, err
		}
	}
	u.heap /= 2 << 20 // the next collection comes when the live heap has doubled: GOGC is 100
	return u, nil
}

// median of what pick takes from the list.
func median(list []usage, pick func(usage) float64) float64 {
	var sorted []float64
	for _, u := range list {
		sorted = append(sorted, pick(u))
	}
	slices.Sort(sorted)
	return sorted[len(sorted)/2]
}

// rss is the resident memory of the child in megabytes, 0 where the system
// does not tell.
func rss(g *gateway) float64 {
	status, err := os.ReadFile(fmt.Sprintf("/proc/%d/status", g.cmd.Process.Pid))
	if err != nil {
		return 0
	}
	m := regexp.MustCompile(`VmRSS:\s+(\d+) kB`).FindSubmatch(status)
	if m == nil {
		return 0
	}
	kb, err := strconv.Atoi(string(m[1]))
	if err != nil {
		return 0 // impossible: they are digits
	}
	return float64(kb) / 1024
}
