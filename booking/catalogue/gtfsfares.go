package catalogue

import (
	"slices"
	"strings"
)

// readFares reads fare_attributes.txt and fare_rules.txt (GTFS-Fares V1) when
// the options want them and the feed has them.
func (m *importer) readFares() error {
	if m.o.Fares != "" && m.o.Fares != "files" {
		return nil
	}
	z := &zoneFares{currency: m.o.Currency, general: -1, rules: map[zoneRule]int64{}}
	prices, ruled := map[string]int64{}, map[string]bool{}
	currencies := map[string]bool{}
	found, err := m.feed.read("fare_attributes.txt", false, []string{"fare_id", "price"}, func(t *table) error {
		p, err := parseAmount(t.get("price"))
		if err != nil {
			return t.fail("price %w", err)
		}
		prices[t.keep("fare_id")] = p
		if c := t.keep("currency_type"); c != "" {
			z.currency = c
			currencies[c] = true
		}
		if len(currencies) > 1 {
			return t.fail("currency_type differs from the lines before: one feed has one currency here")
		}
		return nil
	})
	if err != nil || !found || len(prices) == 0 {
		if err == nil && m.o.Fares == "files" {
			m.note("fare_attributes.txt has no fares: nothing can be sold from this feed")
			m.zones = z
		}
		return err
	}
	if err := m.readFareRules(z, prices, ruled); err != nil {
		return err
	}
	for id, p := range prices {
		if !ruled[id] && (z.general < 0 || p < z.general) {
			z.general = p
		}
	}
	m.zones = z
	return nil
}

func (m *importer) readFareRules(z *zoneFares, prices map[string]int64, ruled map[string]bool) error {
	type containsKey struct {
		fare string
		rule zoneRule
	}
	contains := map[containsKey][]int32{}
	_, err := m.feed.read("fare_rules.txt", false, []string{"fare_id"}, func(t *table) error {
		id := t.keep("fare_id")
		p, ok := prices[id]
		if !ok {
			return t.fail("fare_id %q is not in fare_attributes.txt: add the fare or remove the line", id)
		}
		ruled[id] = true
		r := zoneRule{anywhere, m.zone(t.get("origin_id")), m.zone(t.get("destination_id"))}
		if route := t.get("route_id"); route != "" {
			if r.route, ok = m.routes[route]; !ok {
				return t.fail("route_id %q is not in routes.txt: add the route or remove the line", route)
			}
		}
		if c := t.get("contains_id"); c != "" {
			contains[containsKey{id, r}] = append(contains[containsKey{id, r}], m.zone(c))
			return nil
		}
		if old, ok := z.rules[r]; !ok || p < old {
			z.rules[r] = p
		}
		return nil
	})
	for k, zones := range contains {
		slices.Sort(zones)
		z.contains = append(z.contains, containsRule{k.rule, slices.Compact(zones), prices[k.fare]})
	}
	return err
}

// tariff gives the price list of a service; services alike share one.
func (m *importer) tariff(v *service) int32 {
	key := "zone"
	if m.zones == nil {
		key = v.kind.String() + string(rune(chineseClass(v.number)))
	}
	i, ok := m.tariffAt[key]
	if ok {
		return i
	}
	t := tariff{mode: byZone}
	if amount, ok := strings.CutPrefix(m.o.Fares, "fixed:"); ok {
		minor, _ := parseAmount(amount) // setDefaults has read it
		t = fixedTariff(v.kind, v.number, minor)
	} else if m.zones == nil {
		t = distanceTariff(v.kind, v.number)
	}
	i = int32(len(m.tariffs))
	m.tariffs = append(m.tariffs, t)
	m.tariffAt[key] = i
	return i
}
