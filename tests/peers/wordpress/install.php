<?php
// Installs the blog: anybody may comment at once.
define('WP_INSTALLING', true);
$_SERVER['HTTP_HOST'] = parse_url(getenv('WP_HOME_URL'), PHP_URL_HOST);
$_SERVER['REQUEST_URI'] = '/';
require getenv('WP_ROOT') . '/wp-load.php';
require_once ABSPATH . 'wp-admin/includes/upgrade.php';
wp_install('Brand Blog', 'admin', 'admin@example.test', true, '', 'adminpw');
update_option('comment_moderation', 0);
update_option('comment_previously_approved', 0);
update_option('comment_registration', 0);
update_option('permalink_structure', '/%year%/%postname%/');
flush_rewrite_rules();
echo "installed\n";
