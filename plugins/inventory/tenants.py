# Copyright: (c) 2026, edtech.lti contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations

DOCUMENTATION = r"""
name: tenants
short_description: Institutions of a CSV or YAML file as tenants
version_added: 0.1.0
author:
  - edtech.lti contributors (@edtech-lti)
description:
  - Makes a host of each row of a list of institutions, as a vendor keeps it of its customers. The playbooks of this
    collection work on these hosts.
  - The name of the inventory file ends in C(tenants.yml) or C(tenants.yaml).
  - Each tenant is in the group C(tenants), in the groups of its platforms (C(canvas), C(d2l), C(exam), C(luminus)),
    and in one for its value in each of O(group_columns), such as C(region_north).
  - "The columns C(name), C(platforms), C(base_url), C(canvas_base_url), C(d2l_base_url), C(exam_base_url),
    C(luminus_base_url) and C(tools) have a meaning, see the notes. All columns together are the variable C(tenant):
    C(tenant.region) is what stands in the column C(region)."
  - "The variables C(canvas_base_url), C(d2l_base_url), C(exam_base_url), C(luminus_base_url) and
    C(lti_onboarding_tools) are set where there is something to set. The group C(tenants) has C(ansible_connection) and
    C(ansible_python_interpreter), so that the work is done where Ansible runs."
  - What stands in the list is text, never a template, whatever it looks like.
  - Everything is checked before there is a host, and all that is wrong is told at once, each with its line.
options:
  plugin:
    description: Says that the file is for this plugin.
    type: str
    required: true
    choices: [edtech.lti.tenants]
  file:
    description:
      - The list. A relative path begins at the folder of the inventory file.
      - "C(.yml), C(.yaml) and C(.json) are a list of mappings, or one below the key C(tenants). Everything else is CSV
        with a heading, in UTF-8 or UTF-16, with or without a byte order mark, as spreadsheets write it."
      - Rows without a value are left out, and so are rows of a CSV file that begin with C(#).
      - Keep it out of an inventory that is a folder, where Ansible would read it as an inventory of its own.
    type: str
    required: true
  delimiter:
    description:
      - What separates the cells of a CSV. Otherwise the heading shows it, be it a comma, a semicolon, a tab or a bar.
    type: str
  columns:
    description:
      - The heading that a column has in the list, by the name that it is to have, where the two differ.
      - Headings are compared without regard to case. What is neither letter nor digit counts as C(_).
      - A heading that the list does not have is an error, and so is a name that another column of the list has.
    type: dict
    default: {}
  connections:
    description:
      - How the platforms are reached, by platform. Each becomes a variable of the platform's group, which is
        C(canvas_onboarding_connection), C(d2l_onboarding_connection), C(exam_onboarding_connection) or
        C(lti_onboarding_luminus_connection). C(base_url) is that of the list, unless it stands here.
      - The values are templates, evaluated for each tenant, which name the place of a credential, in a vault, a file or
        a store of secrets.
      - A platform that is missing here has no such variable; C(group_vars) may have it, and overrules this one.
    type: dict
    default: {}
  group_columns:
    description:
      - Columns whose values make groups, named by column and value in small letters, with C(_) for what is neither
        letter nor digit.
      - A column that the list does not have makes none. For others than these two it is an error.
    type: list
    elements: str
    default: [region, tier]
  slugs:
    description:
      - Whether the host's name is made of a name that cannot be one. C(Université de Genève) becomes
        C(universite-de-geneve); C(tenant.name) keeps the original.
      - Otherwise such a name is an error.
    type: bool
    default: false
  allow_http:
    description:
      - Whether addresses may be plain C(http) to other machines. Everybody on the way can read the credentials then.
    type: bool
    default: false
  shared_addresses:
    description:
      - Whether several tenants may have the same address on a platform, as accounts on one server have.
      - Otherwise there is a warning, because it may be the same customer twice.
    type: bool
    default: false
extends_documentation_fragment:
  - ansible.builtin.constructed
notes:
  - "C(name) is the host's name: letters, digits, C(-), C(_) and C(.). Two rows of one name are an error,
    and so is a name that a group has, be it of this list, of O(groups), of O(keyed_groups), or there already."
  - "C(platforms) names one or several of C(canvas), C(d2l), C(exam), C(luminus), separated by spaces, commas or the
    like; C(Brightspace) and C(ProctorExam) are understood. Without this column those count whose address is filled in."
  - "C(base_url) is the address of the only platform; tenants with several have it in C(canvas_base_url) and so on."
  - "C(tools) is a list of the keys of the manifests that the tenant gets. Empty means all, C(none) none.
    What could mean either, such as C(-), C(all) or C(n/a), is an error."
  - "A column that looks like a secret, by its name or by a value such as a private key, is refused. One for the name
    of a file with a secret may be called C(token_file)."
  - "Ansible itself only warns of an inventory that cannot be read, and goes on with the others. Set
    C(any_unparsed_is_failed) in the section C(inventory) of C(ansible.cfg)."
seealso:
  - name: A thousand tenants
    description: How a vendor's list becomes an inventory, and how to work on all of it.
    link: https://github.com/edtech-lti/edtech.lti/blob/main/docs/guide/scale.md
"""

EXAMPLES = r"""
# institutions.csv
#
#   name,platforms,canvas_base_url,exam_base_url,region,tier,tools
#   college,canvas exam,https://college.instructure.com,https://college.proctorexam.com,North,gold,
#   harbour,canvas,https://harbour.instructure.com,,South,basic,virtual_lab

# tenants.yml: credentials lie in one folder for each tenant, that only those can read who run Ansible; group_vars has
# credentials: "/srv/lti/credentials/{{ inventory_hostname }}"
plugin: edtech.lti.tenants
file: ../institutions.csv
connections:
  canvas:
    access_token: "{{ lookup('ansible.builtin.file', credentials ~ '/canvas_access_token') }}"
  exam:
    api_token: "{{ lookup('ansible.builtin.file', credentials ~ '/exam_api_token') }}"
    secret_key: "{{ lookup('ansible.builtin.file', credentials ~ '/exam_secret_key') }}"

---
# A list out of a customer register, with headings of its own, as a spreadsheet in Europe saves it; credentials in
# host_vars/<name>/vault.yml
plugin: edtech.lti.tenants
file: ../customers.csv
slugs: true
columns:
  name: Institution
  platforms: LMS
  base_url: LMS address
  region: Sales region
connections:
  canvas:
    access_token: "{{ vault_canvas_access_token }}"
  d2l:
    oauth_client_id: "{{ tenant.d2l_client_id }}"
    oauth_key_id: lti-2026
    oauth_private_key: "{{ vault_d2l_oauth_private_key }}"

---
# Further groups and variables
plugin: edtech.lti.tenants
file: ../institutions.yml
group_columns: [region, tier, account_manager]
keyed_groups:
  - key: tenant.name[0] | lower
    prefix: letter
groups:
  pilot: tenant.tier == 'gold' and 'canvas' in tenant.platforms
compose:
  support_address: "'lti-' ~ tenant.region | lower ~ '@vendor.example.com'"
"""

import os

from ansible.errors import AnsibleParserError
from ansible.inventory.group import to_safe_group_name
from ansible.plugins.inventory import BaseInventoryPlugin, Constructable
from ansible.utils.unsafe_proxy import wrap_var

from ansible_collections.edtech.lti.plugins.plugin_utils import _tenants, _tenants_file

try:
    from ansible.template import trust_as_template

    leave_as_text = None  # what nobody trusts is no template
except ImportError:  # up to ansible-core 2.18, where each text with braces is a template unless it says otherwise
    trust_as_template, leave_as_text = str, wrap_var

GROUP = "tenants"
CONNECTIONS = {
    "canvas": "canvas_onboarding_connection",
    "d2l": "d2l_onboarding_connection",
    "exam": "exam_onboarding_connection",
    "luminus": "lti_onboarding_luminus_connection",
}
USUAL = ("region", "tier")
"""Columns that make groups where they are there."""


class InventoryModule(BaseInventoryPlugin, Constructable):
    """Hosts of a list of institutions."""

    NAME = "edtech.lti.tenants"

    def verify_file(self, path):
        """Whether the file is meant for this plugin, by its name."""
        return super().verify_file(path) and path.endswith(("tenants.yml", "tenants.yaml"))

    def parse(self, inventory, loader, path, cache=True):
        """Add groups, hosts and variables; nothing at all when anything is wrong."""
        super().parse(inventory, loader, path, cache)
        config = self._read_config_data(path)
        # As they were read: options are copies, which may have lost that they are templates.
        connections = config.get("connections") or {}
        columns = [*self.get_option("group_columns")]
        self._check(config, connections)
        here = {*inventory.hosts}
        file = os.path.join(os.path.dirname(os.path.abspath(path)), os.path.expanduser(self.get_option("file")))
        try:
            with open(file, "rb") as opened:
                rows = _tenants_file.rows(opened.read(), file, self.get_option("delimiter"))
            given = [name for name, options in connections.items() if (options or {}).get("base_url")]
            found = _tenants.tenants(
                rows, self.get_option("columns"), given, self.get_option("slugs"), self.get_option("allow_http")
            )
            _tenants.refuse_groups(found, [name for name in columns if name not in USUAL])
            _tenants.refuse_names(found, self._group_names(found, columns))
        except OSError as error:
            raise AnsibleParserError(f"The list of tenants {file} cannot be read: {error.strerror}.") from error
        except _tenants_file.TenantsError as error:
            raise AnsibleParserError(f"The list of tenants {file} cannot be used. {error}") from error
        self._warn_of_shared(found)
        self._add_groups(connections)
        for one in found:
            self._add(one, columns)
        self._refuse_made_groups(found, here)

    def _group_names(self, found, columns):
        """The names of groups that are known before there is a host, with where each comes from."""
        names = dict.fromkeys(self.inventory.groups, "there is a group")
        for name in self.get_option("groups") or {}:
            names[self._sanitize_group_name(name)] = "the option 'groups' makes a group"
        for name in columns:
            for one in found:
                made = _tenants.group(name, one.said.get(name))
                if made:
                    names[made] = names[to_safe_group_name(made)] = f"the column '{name}' makes a group"
        return names

    def _refuse_made_groups(self, found, here):
        """Refuse what only templates say: groups of O(keyed_groups) that are called as a tenant is."""
        twice = [one for one in found if one.name in self.inventory.groups]
        if not twice:
            return
        for one in found:  # nothing at all when anything is wrong
            if one.name not in here:
                self.inventory.remove_host(self.inventory.hosts[one.name])
        said = " ".join(f"{one.where.capitalize()}: {one.name!r} is made by 'keyed_groups', too." for one in twice)
        raise AnsibleParserError(f"The list of tenants cannot be used: a group and a tenant have one name. {said}")

    def _warn_of_shared(self, found):
        said = [] if self.get_option("shared_addresses") else _tenants.shared(found)
        if said:
            more = f" And {len(said) - 5} more addresses." if len(said) > 5 else ""
            self.display.warning(
                f"Several tenants have the same address. {' '.join(said[:5])}{more} Where they are accounts on one"
                " server, set shared_addresses: true."
            )

    def _check(self, config, connections):
        unknown = sorted(set(config) - set(self._options))
        if unknown:
            raise AnsibleParserError(f"The inventory plugin {self.NAME} has no option {', '.join(unknown)}.")
        strange = [name for name, options in connections.items() if not isinstance(options, (dict, type(None)))]
        if strange or set(connections) - set(CONNECTIONS):
            raise AnsibleParserError(f"connections takes mappings by the names of platforms: {', '.join(CONNECTIONS)}.")
        delimiter = self.get_option("delimiter")
        if delimiter is not None and len(delimiter) != 1:
            raise AnsibleParserError(f"delimiter is one character, not {delimiter!r}.")

    def _add_groups(self, connections):
        self.inventory.add_group(GROUP)
        self.inventory.set_variable(GROUP, "ansible_connection", trust_as_template("local"))
        python = trust_as_template("{{ ansible_playbook_python }}")
        self.inventory.set_variable(GROUP, "ansible_python_interpreter", python)
        for platform, variable in CONNECTIONS.items():
            self.inventory.add_group(platform)
            if platform in connections:
                base_url = trust_as_template(f"{{{{ {platform}_base_url }}}}")
                self.inventory.set_variable(platform, variable, {"base_url": base_url, **(connections[platform] or {})})

    def _add(self, one, columns):
        groups = [GROUP, *one.platforms, *(_tenants.group(name, one.said.get(name)) for name in columns)]
        self.inventory.add_host(one.name)
        for group in filter(None, groups):
            self.inventory.add_child(self.inventory.add_group(group), one.name)
        variables = {"tenant": one.said, **{f"{name}_base_url": url for name, url in one.base_urls.items()}}
        if one.tools is not None:
            variables["lti_onboarding_tools"] = one.tools
        variables = _as_text(variables)
        for name, value in variables.items():
            self.inventory.set_variable(one.name, name, value)
        if any(self.get_option(name) for name in ("compose", "groups", "keyed_groups")):
            strict = self.get_option("strict")
            known = {**variables, "inventory_hostname": one.name}
            self._set_composite_vars(self.get_option("compose"), known, one.name, strict=strict)
            self._add_host_to_composed_groups(self.get_option("groups"), known, one.name, strict=strict)
            self._add_host_to_keyed_groups(self.get_option("keyed_groups"), known, one.name, strict=strict)


def _as_text(value):
    """The value, in which no text is a template, nor can become one together with another.

    Texts without a brace are none anyhow. They are trusted, so that exports of an inventory, as AWX makes them, have
    them as they are, and only the others with a mark.
    """
    if isinstance(value, dict):
        return {name: _as_text(held) for name, held in value.items()}
    if isinstance(value, list):
        return [_as_text(held) for held in value]
    if not isinstance(value, str):
        return value
    if "{" in value or "}" in value:
        return leave_as_text(value) if leave_as_text else value
    return trust_as_template(value)
