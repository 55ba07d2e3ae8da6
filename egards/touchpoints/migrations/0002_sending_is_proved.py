"""Secrets of a provider, and the proof of a sending address; the base itself refuses one that takes no answer."""

import django.db.models.fields.json
import django.db.models.functions.comparison
import django.db.models.lookups
from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('accounts', '0002_how_customers_reach_us'),
        ('touchpoints', '0001_initial'),
    ]

    operations = [
        migrations.AddField(
            model_name='touchpoint',
            name='proof_digest',
            field=models.BinaryField(help_text='Keyed hash of the code last sent.', null=True),
        ),
        migrations.AddField(
            model_name='touchpoint',
            name='proof_sent_at',
            field=models.DateTimeField(null=True),
        ),
        migrations.AddField(
            model_name='touchpoint',
            name='proof_tries',
            field=models.PositiveSmallIntegerField(db_default=0, default=0),
        ),
        migrations.AddField(
            model_name='touchpoint',
            name='proved_address',
            field=models.CharField(blank=True, max_length=320),
        ),
        migrations.AddField(
            model_name='touchpoint',
            name='proved_at',
            field=models.DateTimeField(help_text='When a code sent to its own address came back.', null=True),
        ),
        migrations.AddField(
            model_name='touchpoint',
            name='secrets',
            field=models.BinaryField(help_text='Sealed: passwords and keys of the provider.', null=True),
        ),
        migrations.AddConstraint(
            model_name='touchpoint',
            constraint=models.CheckConstraint(condition=models.Q(('settings__address__iregex', '(^|[^a-z])(no|not)[-_.]?reply|do[-_.]?not[-_.]?(reply|respond|answer)|ne[-_.]?pas[-_.]?r[eé]pondre|(sans|no|pas[-_.]?de)[-_.]?r[eé]ponse'), ('settings__sender_name__iregex', '(^|[^a-z])(no|not)[-_.]?reply|do[-_.]?not[-_.]?(reply|respond|answer)|ne[-_.]?pas[-_.]?r[eé]pondre|(sans|no|pas[-_.]?de)[-_.]?r[eé]ponse'), _connector='OR', _negated=True), name='touchpoint_takes_answers'),
        ),
        migrations.AddConstraint(
            model_name='touchpoint',
            constraint=models.CheckConstraint(condition=models.Q(('proved_at', None), models.Q(models.Q(('proved_address', ''), _negated=True), django.db.models.lookups.Exact(models.F('proved_address'), django.db.models.functions.comparison.Coalesce(django.db.models.fields.json.KeyTextTransform('address', 'settings'), models.Value('')))), _connector='OR'), name='touchpoint_proved_its_address'),
        ),
    ]
