"""What other on-call systems export: their schedules read, told as nightjar's
YAML, and reckoned by their own rules for the comparison. One file a system."""

from . import goalert, grafana, opsgenie, pagerduty

SYSTEMS = {"pagerduty": pagerduty, "opsgenie": opsgenie, "goalert": goalert,
           "grafana": grafana}
